import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { problem, type ProblemCode, problemMediaType } from '../problem.js';

/** Documents the problems a route answers with, by status; their schema is the component `Problem`. */
export function ApiProblems(...kinds: readonly ProblemCode[]): MethodDecorator & ClassDecorator {
  const problems = kinds.map((kind) => ({ kind, example: problem(kind, 'What is wrong, and what to do.') }));
  const byStatus = Map.groupBy(problems, ({ example }) => example.status);
  return applyDecorators(
    ...[...byStatus].map(([status, found]) =>
      ApiResponse({
        status,
        description: `${found.map(({ example }) => example.title).join(', or: ')}.`,
        content: {
          [problemMediaType]: {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(found.map(({ kind, example }) => [kind, { value: example }])),
          },
        },
      }),
    ),
  );
}
