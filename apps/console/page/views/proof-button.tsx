import { useState } from 'preact/hooks';
import { say } from '../language.js';
import { get, Refused } from '../session.js';
import { words } from '../words.js';

/** Downloads a file with the key of the session, which a link cannot send. */
export function ProofButton({ path, name }: { readonly path: string; readonly name: string }) {
  const [fault, setFault] = useState<string | null>(null);
  const download = async (): Promise<void> => {
    try {
      const file = URL.createObjectURL(await (await get(path)).blob());
      const link = Object.assign(document.createElement('a'), { href: file, download: name });
      link.click();
      URL.revokeObjectURL(file);
      setFault(null);
    } catch (error) {
      setFault(error instanceof Refused ? error.answer.detail : say(words.noAnswer));
    }
  };
  return (
    <>
      <button type="button" onClick={() => void download()}>
        {say(words.proof)}
      </button>
      {fault !== null && (
        <span class="fault" role="alert">
          {fault}
        </span>
      )}
    </>
  );
}
