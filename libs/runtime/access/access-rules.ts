import { type Principal, type Role, roleNames } from './roles.js';

/**
 * The one table of routes and who may use them; the guard, the OpenAPI document, docs/access.md and the test
 * of every role on every route are made of it. A route that is not in it is denied.
 */
export type AccessRule =
  /** Anybody; says why that is right. */
  | { readonly access: 'public'; readonly because: string }
  /** The sender, by the authentication that the catalogue says for the connection. */
  | { readonly access: 'connection' }
  | {
      readonly access: 'roles';
      readonly roles: readonly Role[];
      /**
       * What the `:id` in the path is: a principal that is limited to brands sees its own only. `asker`: the
       * answer is about who asks, and holds of the rest what that one may see. null: about the installation.
       */
      readonly about: 'programme' | 'contract' | 'asker' | null;
    };

const probes = 'an orchestrator asks it without credentials, and it says no figure';
const page = 'a page without figures: it asks for a key and then the routes above';
const documentation = 'it describes the interface and holds no figure';

export const accessRules: Readonly<Record<string, AccessRule>> = {
  'POST /v1/deliveries/:connection': { access: 'connection' },
  'POST /v1/deliveries/:connection/batch': { access: 'connection' },
  'POST /v1/outcomes/:connection': { access: 'connection' },
  'POST /v1/outcomes/:connection/batch': { access: 'connection' },
  'GET /v1/refused': { access: 'roles', roles: ['operator', 'connector'], about: null },
  'GET /v1/me': { access: 'roles', roles: roleNames, about: 'asker' },
  'GET /v1/refusals': { access: 'roles', roles: ['operator', 'sre'], about: null },
  'POST /v1/refusals/redrive': { access: 'roles', roles: ['operator'], about: null },
  'POST /v1/whatif': { access: 'roles', roles: ['operator', 'finance'], about: null },
  'GET /v1/programmes/:id/kpis': {
    access: 'roles',
    roles: ['operator', 'finance', 'supervisor', 'brand'],
    about: 'programme',
  },
  'GET /v1/programmes/:id/now': {
    access: 'roles',
    roles: ['operator', 'supervisor', 'brand'],
    about: 'programme',
  },
  'GET /v1/programmes/:id/now/events': {
    access: 'roles',
    roles: ['operator', 'supervisor', 'brand'],
    about: 'programme',
  },
  'GET /v1/contracts/:id/clauses': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'GET /v1/contracts/:id/periods/:period': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'GET /v1/contracts/:id/periods/:period/revisions/:revision': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'GET /v1/contracts/:id/periods/:period/revisions/:revision/explanation': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'GET /v1/contracts/:id/periods/:period/revisions/:revision/contacts': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'GET /v1/contracts/:id/periods/:period/revisions/:revision/proof': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'GET /v1/contracts/:id/periods/:period/revisions/:revision/verification': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'POST /v1/contracts/:id/periods/:period/close': {
    access: 'roles',
    roles: ['operator', 'finance'],
    about: 'contract',
  },
  'GET /v1/contracts/:id/periods/:period/close': {
    access: 'roles',
    roles: ['operator', 'finance'],
    about: 'contract',
  },
  'POST /v1/contracts/:id/periods/:period/close/confirm': {
    access: 'roles',
    roles: ['operator', 'finance'],
    about: 'contract',
  },
  'GET /v1/contracts/:id/periods/:period/contacts/:contact': {
    access: 'roles',
    roles: ['operator', 'finance'],
    about: 'contract',
  },
  'GET /v1/adherence': { access: 'roles', roles: ['operator', 'finance'], about: null },
  'GET /v1/unbilled': { access: 'roles', roles: ['operator', 'finance'], about: null },
  'GET /v1/implausible': { access: 'roles', roles: ['operator', 'finance'], about: null },
  'POST /v1/implausible/confirm': { access: 'roles', roles: ['operator'], about: null },
  'POST /v1/implausible/withdraw': { access: 'roles', roles: ['operator'], about: null },
  'GET /v1/periods': { access: 'roles', roles: ['operator', 'finance'], about: null },
  'GET /v1/contracts/:id/periods': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'GET /v1/accruals': { access: 'roles', roles: ['operator', 'finance'], about: null },
  'GET /v1/contracts/:id/accrual': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'GET /v1/contracts/:id/forecast': {
    access: 'roles',
    roles: ['operator', 'finance', 'brand'],
    about: 'contract',
  },
  'POST /v1/contracts/:id/periods/:period/hold': {
    access: 'roles',
    roles: ['operator', 'finance'],
    about: 'contract',
  },
  'POST /v1/contracts/:id/periods/:period/release': {
    access: 'roles',
    roles: ['operator', 'finance'],
    about: 'contract',
  },
  'GET /v1/lag': { access: 'roles', roles: ['operator', 'sre'], about: null },
  'GET /v1/audit/acts': { access: 'roles', roles: ['operator', 'finance'], about: null },
  'GET /v1/catalogue': { access: 'roles', roles: ['operator', 'finance'], about: null },
  'GET /v1/catalogue/history': { access: 'roles', roles: ['operator', 'finance'], about: null },
  'POST /v1/catalogue/apply': { access: 'roles', roles: ['operator'], about: null },
  'GET /metrics': { access: 'roles', roles: ['operator', 'sre'], about: null },
  'GET /health/live': { access: 'public', because: probes },
  'GET /health/ready': { access: 'public', because: probes },
  'GET /': { access: 'public', because: documentation },
  'GET /docs': { access: 'public', because: documentation },
  'GET /console': { access: 'public', because: page },
};

/** The rule of a route, `url` as Fastify names it; null: there is none, so the route is denied. */
export function ruleOf(method: string, url: string): AccessRule | null {
  const read = method === 'HEAD' ? 'GET' : method;
  const path = /^\/(docs|console)(?=\/|$)/.exec(url)?.[0] ?? url;
  return Object.hasOwn(accessRules, `${read} ${path}`) ? (accessRules[`${read} ${path}`] ?? null) : null;
}

/** The routes that a principal may use, for some id at least; as the table names them. */
export function routesOf({ role, brands }: Principal): string[] {
  return Object.entries(accessRules).flatMap(([route, rule]) => {
    const isAllowed = rule.access === 'roles' && rule.roles.includes(role);
    return isAllowed && (brands === null || rule.about !== null) ? [route] : [];
  });
}
