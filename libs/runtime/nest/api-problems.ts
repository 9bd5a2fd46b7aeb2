import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { kindsOf, problemMediaType } from '../problem.js';

/** Documents the problems a route answers with; their schema is the component `Problem`. */
export function ApiProblems(...statuses: readonly number[]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: `${kindsOf(status)
          .map(({ kind, title }) => `\`${kind}\`: ${title.toLowerCase()}`)
          .join('; ')}.`,
        content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
  );
}
