import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Problem, problem, problemMediaType } from '../problem.js';
import { requestIdHeader, requestIdOf } from './request-id.js';

/** Of the parser of Node; `rawPacket` are the bytes it had in hand, whatever the types of Fastify say. */
interface ParserError {
  readonly code?: string | undefined;
  readonly rawPacket?: unknown;
}

/** Is given each answer of this file. */
export type RefusedRequest = (requestId: string, status: number) => void;

/** Answers what is not a whole request (broken HTTP, headers too large, too slow) on the bare socket. */
export function malformedRequest(error: ParserError, socket: Duplex, refused: RefusedRequest): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  endWith(socket, problemOf(error), requestIdOf({}), refused);
}

/** Answers a request that asks for a tunnel. */
export function refuseTunnel({ headers }: IncomingMessage, socket: Duplex, refused: RefusedRequest): void {
  const answer = problem('method-not-allowed', 'This is no proxy: use GET or POST.');
  endWith(socket, answer, requestIdOf(headers), refused);
}

/** Answers a request with an `Expect` that is not 100-continue. */
export function refuseExpectation(
  { headers }: IncomingMessage,
  response: ServerResponse,
  refused: RefusedRequest,
): void {
  const detail = 'Of the header `expect` only 100-continue is known; leave it out.';
  const answer = problem('expectation-failed', detail, 'header.expect');
  const requestId = requestIdOf(headers);
  const { body, fields } = answerOf(answer, requestId);
  response.writeHead(answer.status, fields);
  response.end(body);
  refused(requestId, answer.status);
}

function endWith(socket: Duplex, answer: Problem, requestId: string, refused: RefusedRequest): void {
  const { body, fields } = answerOf(answer, requestId);
  const head = Object.entries({ date: new Date().toUTCString(), ...fields }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.end(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n${head.join('')}\r\n${body}`);
  refused(requestId, answer.status);
}

function answerOf(answer: Problem, requestId: string): { body: string; fields: Record<string, string> } {
  const body = JSON.stringify(answer);
  const fields = {
    'content-type': problemMediaType,
    'content-length': String(Buffer.byteLength(body)),
    [requestIdHeader]: requestId,
    connection: 'close',
    ...(answer.status === 405 && { allow: 'GET, HEAD, POST' }),
  };
  return { body, fields };
}

function problemOf({ code, rawPacket }: ParserError): Problem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem('request-timeout', 'Send the whole request within a minute; split large batches.');
    case 'HPE_HEADER_OVERFLOW':
      return isLongAddress(rawPacket)
        ? problem('uri-too-long', 'Address and headers together have at most 16 KiB.')
        : problem('headers-too-large', 'Send at most 16 KiB of headers.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem('body-too-large', 'Send chunks without extensions.');
    case 'HPE_INVALID_VERSION':
      return problem('http-version-not-supported', 'Send HTTP/1.1.');
    case undefined:
    default:
      return problem('invalid-request', 'This is not HTTP/1.1; check the sender and every proxy in between.');
  }
}

/** Whether the first line of a request fills all that headers may have. */
function isLongAddress(rawPacket: unknown): boolean {
  const start = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1') : '';
  return /^[A-Z]+ [^\r\n]*$/.test(start.slice(0, maxHeaderBytes));
}

const maxHeaderBytes = 16 * 1024;
