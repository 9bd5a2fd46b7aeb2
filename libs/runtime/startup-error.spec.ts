import { describe, expect, it } from '@jest/globals';
import { ConfigFaults } from './config-faults.js';
import { StartupError, describeStartupError } from './startup-error.js';

describe('describeStartupError', () => {
  it('gives code and message alone of an error that is written for the operator', () => {
    expect(describeStartupError(new StartupError('there is no catalogue'))).toEqual({
      code: 'cannot-start',
      message: 'cannot start: there is no catalogue',
      err: null,
    });
    const fault = { code: 'out-of-range', variable: 'TALLYLINE_PORT', message: 'at most 65535' } as const;
    expect(describeStartupError(new ConfigFaults([fault]))).toEqual({
      code: 'invalid-settings',
      message: 'cannot start: the settings have 1 fault(s):\n  TALLYLINE_PORT: at most 65535 [out-of-range]',
      err: null,
    });
  });

  it('knows an error of another library of ours by its code', () => {
    const error = Object.assign(new Error('the catalogue has 1 fault(s)'), { code: 'faulty-catalogue' });
    expect(describeStartupError(error)).toMatchObject({ code: 'faulty-catalogue', err: null });
  });

  it.each([
    new Error('?'),
    new TypeError('undefined is not a function'),
    Object.assign(new Error('no such file'), { code: 'ENOENT' }),
    Object.assign(new Error('closed'), { code: 'ERR_SERVER_NOT_RUNNING' }),
    'a text',
  ])('gives the whole of an unforeseen error: %s', (error) => {
    expect(describeStartupError(error)).toEqual({ code: null, message: 'cannot start', err: error });
  });
});
