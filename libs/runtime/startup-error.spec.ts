import { describe, expect, it } from '@jest/globals';
import { ConfigFaults } from './config.js';
import { StartupError, describeStartupError } from './startup-error.js';

describe('What is told where a process cannot start', () => {
  it('is the message alone where the error was made for the operator', () => {
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
    'is the whole error where nobody foresaw it: %s',
    (error) => {
      expect(describeStartupError(error)).toEqual({ message: 'cannot start', err: error });
    },
  );
});
