import type { OpenAPIObject } from '@nestjs/swagger';
import { ruleOf } from '../access/access-rules.js';
import { documentAnswers } from './document-answers.js';

const scheme = 'apiKey';
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Says of every route in the document who may use it, as the table of access has it, and what it answers. */
export function documentAccess(document: OpenAPIObject): void {
  document.components ??= {};
  document.components.securitySchemes = {
    ...document.components.securitySchemes,
    [scheme]: {
      type: 'http',
      scheme: 'bearer',
      description:
        'An API key, made by `tallyline keys create`. Without keys the server serves its own machine only.',
    },
  };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = item[method];
      const rule = ruleOf(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'));
      if (operation === undefined || rule === null) continue;
      documentAnswers(operation, method.toUpperCase(), rule);
      if (rule.access !== 'roles') continue;
      operation.security = [{ [scheme]: [] }];
      const roles = rule.roles.join(', ');
      operation.description = `${operation.description ?? ''} Roles: ${roles}.`.trim();
      Object.assign(operation, { 'x-roles': rule.roles });
    }
  }
}
