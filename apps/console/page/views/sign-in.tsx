import { useState } from 'preact/hooks';
import { say } from '../language.js';
import { signIn } from '../session.js';
import { words } from '../words.js';

export function SignIn() {
  const [isWrong, setIsWrong] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement).get('key');
    void signIn(typeof given === 'string' ? given.trim() : '').then((isRight) => setIsWrong(!isRight));
  };
  return (
    <form class="sign-in" onSubmit={submit}>
      <h1>{say(words.signIn)}</h1>
      <p class="quiet">{say(words.keyAsked)}</p>
      <label>
        {say(words.key)}
        <input name="key" type="password" autocomplete="off" required />
      </label>
      {isWrong && (
        <p class="fault" role="alert">
          {say(words.keyUnknown)}
        </p>
      )}
      <button type="submit">{say(words.signIn)}</button>
    </form>
  );
}
