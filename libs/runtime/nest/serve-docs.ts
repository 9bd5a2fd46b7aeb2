import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problemSchema } from '../problem.js';
import { documentAccess } from './document-access.js';

/**
 * Serves the documentation of the routes that this app has at `/docs` (the page and all it needs, no other
 * host) and `/docs/openapi.json`.
 */
export function serveDocs(app: NestFastifyApplication, version: string): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/docs')) reply.headers(pageHeaders);
    done();
  });
  fastify.get('/', (_request: FastifyRequest, reply: FastifyReply) => reply.redirect('/docs'));
  SwaggerModule.setup('docs', app, () => openApi(app, version), {
    raw: ['json'],
    jsonDocumentUrl: 'docs/openapi.json',
    customSiteTitle: 'Tallyline API',
    customCss: pageStyle,
    swaggerOptions: {
      layout: 'BaseLayout',
      validatorUrl: null,
      defaultModelsExpandDepth: 0,
      defaultModelExpandDepth: 3,
      docExpansion: 'list',
      syntaxHighlight: { activated: true, theme: 'nord' },
    },
  });
}

/**
 * Every route with its parameters, answers and problems, from the decorators and zod schemas of the
 * controllers.
 */
function openApi(app: INestApplication, version: string): OpenAPIObject {
  const head = new DocumentBuilder()
    .setTitle('Tallyline')
    .setVersion(version)
    .setDescription(description)
    .addTag('deliveries', 'What telephony platforms send.')
    .addTag('outcomes', 'Business events: sales, surveys, approvals, and agents’ days.')
    .addTag('figures', 'Live KPIs and accrued amounts.')
    .addTag('operations', 'Health and metrics.')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'Where the catalogue says Basic.' })
    .build();
  const document = SwaggerModule.createDocument(app, head, {
    standardSchemaConverter: converted,
    operationIdFactory: (_controller, method) => method,
  });
  documentAccess(document);
  const schemas = { ...document.components?.schemas, Problem: schemaOf(problemSchema, 'output').schema };
  return { ...document, components: { ...document.components, schemas } } as OpenAPIObject;
}

const description =
  'Turns the call and agent events of telephony platforms into live KPIs and invoice-ready events.\n\n' +
  'Every answer that is not a success is `application/problem+json` (RFC 9457): switch on `code`, read `detail` for what ' +
  'to do.\n\n' +
  'Deliveries and outcomes are authenticated as the catalogue says for their connection. Everything else asks for an ' +
  'API key whose role may use the route; while there are no keys, only this machine is served.\n\n' +
  'For machines: [openapi.json](/docs/openapi.json).';

/** Only our own files; styles inline, because the page sets its own. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const pageStyle = `
  .swagger-ui .wrapper { max-width: 1100px; }
  .swagger-ui .scheme-container { background: none; box-shadow: none; padding: 0; margin: -3.5rem 0 0; }
  .swagger-ui .info { margin: 2.5rem 0 2rem; }
  .swagger-ui .info p, .swagger-ui .opblock-description p { max-width: 46rem; margin-left: 0; }
  .swagger-ui .info p, .swagger-ui .opblock-description p { line-height: 1.5; }
`;

function converted(schema: unknown, { schemaType }: { schemaType: 'input' | 'output' }) {
  return schema instanceof z.ZodType ? schemaOf(schema, schemaType) : undefined;
}

/** The schema in OpenAPI 3.0, without the bounds of safe integers. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  const { definitions = {}, ...rest } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io,
    override: ({ jsonSchema }) => {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // The calendar as a regular expression says nothing to a reader that `format` does not.
      if (jsonSchema.format === 'date') delete jsonSchema.pattern;
    },
  });
  return { schema: rest, components: definitions as Record<string, unknown> };
}
