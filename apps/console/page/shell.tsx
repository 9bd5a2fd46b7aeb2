import { useEffect } from 'preact/hooks';
import type { Me } from './answers.js';
import { Banner } from './banner.js';
import { lang, say } from './language.js';
import { follow, hrefOf, hrefWith, view, type View } from './router.js';
import { isSignedIn, me, signIn, signOut } from './session.js';
import { ContractView } from './views/contract.js';
import { ContractsView } from './views/contracts.js';
import { DayView } from './views/day.js';
import { InvoiceView } from './views/invoice.js';
import { NowView } from './views/now.js';
import { PipelineView } from './views/pipeline.js';
import { SignIn } from './views/sign-in.js';
import { words } from './words.js';

/** Views in the order of the navigation, each with the route without which there is nothing to see in it. */
const sections = [
  { view: 'now', word: words.now, route: 'GET /v1/programmes/:id/now/events' },
  { view: 'day', word: words.day, route: 'GET /v1/programmes/:id/kpis' },
  { view: 'contracts', word: words.contracts, route: 'GET /v1/contracts/:id/periods' },
  { view: 'pipeline', word: words.pipeline, route: 'GET /v1/lag' },
] as const;

export function Shell() {
  useEffect(() => void signIn(), []);
  const { value: asker } = me;
  useEffect(() => {
    document.documentElement.lang = lang.value;
  }, [lang.value]);
  if (asker === 'unknown') return null;
  return (
    // Links are what is clicked here, also by the keyboard.
    <div class="shell" onClick={follow}>
      <a class="skip" href="#content">
        {say(words.skip)}
      </a>
      <Head asker={asker} />
      <Banner />
      <main id="content" tabIndex={-1}>
        {asker === null ? <SignIn /> : <Content of={view.value} />}
      </main>
    </div>
  );
}

function Head({ asker }: { readonly asker: Me | null }) {
  const shown = asker === null ? [] : sections.filter(({ route }) => asker.routes.includes(route));
  return (
    <header>
      <a class="name" href={hrefOf('contracts')}>
        {say(words.title)}
      </a>
      <nav aria-label={say(words.sections)}>
        {shown.map((section) => (
          <a
            key={section.view}
            href={hrefOf(section.view)}
            aria-current={isWithin(section.view) ? 'page' : undefined}
          >
            {say(section.word)}
          </a>
        ))}
      </nav>
      <div class="asker">
        {asker !== null && (
          <span class="quiet">
            {asker.name} · {asker.role}
          </span>
        )}
        <a
          href={hrefWith({ lang: lang.value === 'en' ? 'fr' : 'en' })}
          lang={lang.value === 'en' ? 'fr' : 'en'}
        >
          {say(words.otherLanguage)}
        </a>
        {isSignedIn() && (
          <button type="button" onClick={signOut}>
            {say(words.signOut)}
          </button>
        )}
      </div>
    </header>
  );
}

function isWithin(section: View): boolean {
  return view.value === section || (section === 'contracts' && ['contract', 'invoice'].includes(view.value));
}

function Content({ of }: { readonly of: View }) {
  switch (of) {
    case 'now':
      return <NowView />;
    case 'day':
      return <DayView />;
    case 'contract':
      return <ContractView />;
    case 'contracts':
      return <ContractsView />;
    case 'invoice':
      return <InvoiceView />;
    case 'pipeline':
      return <PipelineView />;
  }
}
