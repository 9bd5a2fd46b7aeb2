import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

interface MediaType {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, unknown>>;
}
interface DocumentedAnswer {
  readonly content?: Readonly<Record<string, MediaType>>;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
}
interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Record<string, DocumentedAnswer> }>>>
  >;
  readonly components: object;
}

interface Answer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export async function openApiOf(url: string): Promise<OpenApi> {
  return (await (await fetch(`${url}/docs/openapi.json`)).json()) as OpenApi;
}

/** Keeps every answer of a route, to compare it with the OpenAPI document once there are no more. */
export function recordAnswers(app: NestFastifyApplication) {
  const answers: Answer[] = [];
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async (request, reply, payload) => {
      const { url } = request.routeOptions;
      const isPage = url === undefined || url === '/' || /^\/(docs|console)/.test(url);
      if (isPage || request.method === 'HEAD') return payload;
      const path = url.replaceAll(/:(\w+)/g, '{$1}');
      const body = typeof payload === 'string' ? payload : String(payload);
      answers.push({
        method: request.method,
        path,
        status: reply.statusCode,
        headers: reply.getHeaders(),
        body,
      });
      return payload;
    });
  return {
    answered: (): ReadonlySet<string> =>
      new Set(answers.map(({ method, path, status }) => `${method} ${path} ${status}`)),
    /** Throws with every answer that is not as the document says. */
    requireAsDocumented: (document: OpenApi): void => {
      const differences = differencesFrom(document, answers);
      if (differences.length === 0) return;
      throw new Error(`not as the OpenAPI document says:\n${differences.slice(0, 20).join('\n')}`);
    },
  };
}

/** What of the answers the document does not say; empty: nothing. */
export function differencesFrom(document: OpenApi, answers: readonly Answer[]): string[] {
  const validate = validators(document);
  const differences = answers.flatMap((answer) => {
    const { method, path, status, headers } = answer;
    const where = `${method} ${path} ${status}`;
    const documented = document.paths[path]?.[method.toLowerCase()]?.responses[status];
    if (documented === undefined) return [`${where}: no such answer is documented`];
    const type = String(headers['content-type']).split(';')[0] ?? '';
    const mediaType = documented.content?.[type];
    if (mediaType === undefined) return [`${where}: its content type ${type} is not documented`];
    const missing = Object.entries(documented.headers ?? {})
      .filter(([name, { required }]) => required === true && headers[name] === undefined)
      .map(([name]) => `${where}: has no ${name}`);
    if (!/[/+]json$/.test(type)) return missing;
    const body: unknown = JSON.parse(answer.body);
    return [...missing, ...bodyFaults(where, body, mediaType, validate)];
  });
  return [...new Set(differences)];
}

function bodyFaults(
  where: string,
  body: unknown,
  { schema, examples }: MediaType,
  validate: (schema: object) => ValidateFunction,
): string[] {
  const check = validate(schema);
  const faults = check(body)
    ? []
    : (check.errors ?? []).map(
        ({ instancePath, message, params }) =>
          `${where}: ${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
      );
  const code = (body as { readonly code?: string }).code ?? '';
  const isUndocumented = examples !== undefined && !(code in examples);
  return isUndocumented ? [...faults, `${where}: its code ${code} is not documented`] : faults;
}

/** Of OpenAPI 3.0: `nullable`, and bounds that are exclusive by a word of their own. */
function validators(document: OpenApi): (schema: object) => ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const components = asJsonSchema(document.components);
  const compiled = new Map<object, ValidateFunction>();
  return (schema) => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const made = ajv.compile({ ...(asJsonSchema(schema) as object), components });
    compiled.set(schema, made);
    return made;
  };
}

function asJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asJsonSchema(part)]));
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    if (schema[exclusive]) schema[exclusive] = schema[bound];
    else delete schema[exclusive];
  }
  if (schema['nullable'] !== true) return schema;
  const { nullable: _, ...given } = schema;
  return { anyOf: [given, { type: 'null' }] };
}
