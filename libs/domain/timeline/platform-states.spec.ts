import { describe, expect, it } from '@jest/globals';
import { platformState } from './platform-states.js';

describe('The meaning of a platform’s own code', () => {
  it('is that of the code with its reason, else that of the code alone', () => {
    // The codes of Call Center Elite: AUX 0 is set by the system, other reasons are each account's own.
    expect(platformState('avaya', 'AUX', '0')).toBe('OTHER');
    expect(platformState('avaya', 'AUX', '3')).toBeNull();
    expect(platformState('avaya', 'AUX', null)).toBeNull();
    expect(platformState('avaya', 'READY', '3')).toBe('AVAILABLE');
    expect(platformState('avaya', 'READY', null)).toBe('AVAILABLE');
  });
});
