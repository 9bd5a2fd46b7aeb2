import { computed, signal } from '@preact/signals';

/** The views, by their word in the address. */
const views = ['now', 'day', 'contracts', 'contract', 'invoice', 'pipeline'] as const;
export type View = (typeof views)[number];

/** Everything that is shown follows from the address: it can be sent to the other party. */
const address = signal(new URL(location.href));
addEventListener('popstate', () => (address.value = new URL(location.href)));

export const view = computed<View>(() => {
  const word = address.value.pathname.split('/')[2];
  return views.find((known) => known === word) ?? 'contracts';
});

export const query = computed<Readonly<Record<string, string>>>(() =>
  Object.fromEntries(address.value.searchParams),
);

/** What is null is left out. */
export type Query = Readonly<Record<string, string | null>>;

/** The address of a view, in the language of the present one. */
export function hrefOf(to: View, parameters: Query = {}): string {
  const kept = { lang: query.value['lang'] ?? null, ...parameters };
  const search = new URLSearchParams(
    Object.entries(kept).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
  return `/console/${to}${search.size === 0 ? '' : `?${search.toString()}`}`;
}

/** The present view with other filters. */
export function hrefWith(changes: Query): string {
  return hrefOf(view.value, { ...query.value, ...changes });
}

export function go(href: string): void {
  history.pushState(null, '', href);
  address.value = new URL(location.href);
}

/** Links within the console change its state; with a modifier, the browser does as always. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
    return;
  const link = (event.target as Element).closest('a');
  if (link === null || !link.pathname.startsWith('/console/') || link.hasAttribute('download')) return;
  event.preventDefault();
  go(link.href);
}
