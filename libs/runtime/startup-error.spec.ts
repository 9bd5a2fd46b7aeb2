import { describe, expect, it } from '@jest/globals';
import { ConfigFaults } from './config.js';
import { StartupError, describeStartupError } from './startup-error.js';

describe('describeStartupError', () => {
  it('gives the message alone of an error that was made for the operator', () => {
    expect(describeStartupError(new StartupError('there is no catalogue'))).toEqual({
      message: 'cannot start: there is no catalogue',
      err: null,
    });
    expect(describeStartupError(new ConfigFaults(['TALLYLINE_PORT: 0']))).toMatchObject({
      message: expect.stringContaining('TALLYLINE_PORT: 0'),
      err: null,
    });
  });

  it.each([new Error('?'), new TypeError('undefined is not a function'), 'a text'])(
    'gives the whole of an unforeseen error: %s',
    (error) => {
      expect(describeStartupError(error)).toEqual({ message: 'cannot start', err: error });
    },
  );
});
