import type { Me } from './answers.js';
import { say } from './language.js';
import { hrefWith, query } from './router.js';
import { me } from './session.js';
import { words } from './words.js';

/** The one in the address, or the first that the asker may see; undefined: there is none. */
export function chosenProgramme(): string | undefined {
  return query.value['programme'] ?? programmesSeen()[0]?.id;
}

export function ProgrammeChoice() {
  const chosen = chosenProgramme();
  return (
    <nav class="choice" aria-label={say(words.programmes)}>
      {programmesSeen().map(({ id }) => (
        <a key={id} href={hrefWith({ programme: id })} aria-current={id === chosen ? 'true' : undefined}>
          {id}
        </a>
      ))}
    </nav>
  );
}

function programmesSeen(): Me['programmes'] {
  const { value } = me;
  return value === null || value === 'unknown' ? [] : value.programmes;
}
