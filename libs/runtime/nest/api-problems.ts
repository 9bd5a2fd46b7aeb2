import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { problem, type ProblemCode, problemMediaType } from '../problem.js';

/** Documents the problems a route answers with, by status; their schema is the component `Problem`. */
export function ApiProblems(...codes: readonly ProblemCode[]): MethodDecorator & ClassDecorator {
  const problems = codes.map((code) => ({ code, example: problem(code, 'What is wrong, and what to do.') }));
  const byStatus = Map.groupBy(problems, ({ example }) => example.status);
  return applyDecorators(
    ...[...byStatus].map(([status, found]) =>
      ApiResponse({
        status,
        description: `${found.map(({ example }) => example.title).join(', or: ')}.`,
        content: {
          [problemMediaType]: {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(found.map(({ code, example }) => [code, { value: example }])),
          },
        },
      }),
    ),
  );
}
