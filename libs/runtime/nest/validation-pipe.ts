import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ProblemError } from '../problem.js';

/**
 * A pipe that checks a part of the request against its schema (`@Query({ schema, pipes:
 * [validationPipe('query')] })`) and answers with a problem that names all faults, the first one as the
 * field.
 */
export function validationPipe(part: 'query' | 'path' | `path.${string}`): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const faults = issues.map(({ message, path }) => {
        const field = (path ?? []).map((segment) =>
          String(typeof segment === 'object' ? segment.key : segment),
        );
        return { field: [part, ...field].join('.'), message };
      });
      const detail = faults.map(({ field, message }) => `${field}: ${message}`).join('; ');
      return new ProblemError('invalid-request', detail, { field: faults[0]?.field ?? part });
    },
  });
}
