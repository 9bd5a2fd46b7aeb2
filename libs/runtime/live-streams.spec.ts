import { expect, it } from '@jest/globals';
import { LiveStreams } from './live-streams.js';

it('Live streams are limited for each asker and in all, and a place that is given back twice is one', () => {
  const streams = new LiveStreams({ perAsker: 2, inAll: 3 });
  const first = streams.take('ada');
  expect([streams.take('ada'), streams.take('ada')]).toEqual([expect.any(Function), null]);
  expect([streams.take('bob'), streams.take('bob')]).toEqual([expect.any(Function), null]);
  first?.();
  first?.();
  expect([streams.take('eve'), streams.take('ada')]).toEqual([expect.any(Function), null]);
});
