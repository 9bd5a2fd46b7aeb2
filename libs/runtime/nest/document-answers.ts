import type { OpenAPIObject } from '@nestjs/swagger';
import type { AccessRule } from '../access/access-rules.js';
import { problem, type ProblemCode, problemMediaType } from '../problem.js';
import { requestIdHeader } from './request-id.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Answer = Extract<Operation['responses'][string], { description: string }>;

/**
 * Adds to an operation what every route may answer: problems of the server itself and of access, and headers.
 */
export function documentAnswers(operation: Operation, method: string, rule: AccessRule): void {
  for (const [status, answer] of Object.entries(problemAnswers(problemsOf(method, rule)))) {
    const own = operation.responses[status];
    operation.responses[status] = isAnswer(own) ? joined(own, answer) : answer;
  }
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (!isAnswer(answer)) continue;
    answer.headers = { ...answer.headers, ...headersOf(Number(status)) };
    const { 'application/json': json, ...others } = answer.content ?? {};
    if (Number(status) >= 400 && json !== undefined) answer.content = { ...others, [problemMediaType]: json };
  }
}

/** Answered before a request is known to be one, or at any moment of it. */
const ofServer = [
  'invalid-request',
  'request-timeout',
  'uri-too-long',
  'expectation-failed',
  'headers-too-large',
  'http-version-not-supported',
] as const;
const ofEveryRoute = [...ofServer, 'unknown-host', 'too-many-requests', 'internal-error'] as const;
const ofRoles = ['unauthorized', 'forbidden', 'identity-provider-unavailable'] as const;
/** What no page of another site may send. */
const ofChanges = ['foreign-origin'] as const;

function problemsOf(method: string, rule: AccessRule): readonly ProblemCode[] {
  const changes = method === 'GET' ? [] : ofChanges;
  if (rule.access !== 'roles') return [...ofEveryRoute, ...changes];
  const form = method === 'GET' ? [] : (['unsupported-media-type'] as const);
  const unknown = rule.about === null || rule.about === 'asker' ? [] : ([`unknown-${rule.about}`] as const);
  return [...ofEveryRoute, ...ofRoles, ...changes, ...form, ...unknown];
}

function problemAnswers(codes: readonly ProblemCode[]): Record<string, Answer> {
  const byStatus = Map.groupBy(
    codes.map((code) => ({ code, example: problem(code, 'What is wrong, and what to do.') })),
    ({ example }) => String(example.status),
  );
  return Object.fromEntries(
    byStatus.entries().map(([status, found]) => {
      const schema = { $ref: '#/components/schemas/Problem' };
      const examples = Object.fromEntries(found.map(({ code, example }) => [code, { value: example }]));
      const description = `${found.map(({ example }) => example.title).join(', or: ')}.`;
      return [status, { description, content: { [problemMediaType]: { schema, examples } } }];
    }),
  );
}

function joined(own: Answer, common: Answer): Answer {
  const [mine, more] = [own.content?.[problemMediaType], common.content?.[problemMediaType]];
  if (mine === undefined || more === undefined) return own;
  const examples = { ...mine.examples, ...more.examples };
  if (Object.keys(examples).length === Object.keys(mine.examples ?? {}).length) return own;
  const description = `${own.description.replace(/\.$/, '')}, or: ${common.description}`;
  return { ...own, description, content: { ...own.content, [problemMediaType]: { ...mine, examples } } };
}

function headersOf(status: number): NonNullable<Answer['headers']> {
  const isCounted = !ofServer.some((code) => problem(code, '').status === status);
  return {
    [requestIdHeader]: header('Id of the request, for questions about it.'),
    ...(isCounted && {
      'ratelimit-policy': header('How often may be asked: a quota `q` in a window `w` of seconds.'),
      ratelimit: header('What is left of it (`r`), and in how many seconds it is whole again (`t`).'),
    }),
    ...(status === 401 && { 'www-authenticate': header('How to say who asks.') }),
    ...((status === 429 || status === 503) && { 'retry-after': header('Seconds to wait.') }),
  };
}

function header(description: string) {
  return { required: true, description, schema: { type: 'string' as const } };
}

function isAnswer(response: Operation['responses'][string] | undefined): response is Answer {
  return response !== undefined && 'description' in response;
}
