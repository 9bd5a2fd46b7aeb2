import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Problem, problem, problemMediaType } from '../problem.js';

/** Answers what is not a whole request (broken HTTP, headers too large, too slow) on the bare socket. */
export function malformedRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = problemOf(error.code);
  const body = JSON.stringify(answer);
  socket.end(
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n` +
      `content-type: ${problemMediaType}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}

function problemOf(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return problem('request-timeout', 'Send the whole request within a minute; split large batches.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return problem('headers-too-large', 'Send at most 16 KiB of headers.');
  }
  return problem('invalid-request', 'This is not HTTP/1.1; check the sender and every proxy in between.');
}
