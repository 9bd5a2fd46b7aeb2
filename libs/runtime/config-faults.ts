/**
 * What can be wrong with a setting, by code; the meaning is that of docs/errors.md. A code stays the same
 * when the text of its message changes.
 */
export const settingFaultCodes = {
  'not-set': 'The variable is required here and is not set.',
  'malformed-value': 'The value has not the form that the variable asks for.',
  'unknown-word': 'The value is none of the words that the variable may have.',
  'out-of-range': 'The number is below the minimum or above the maximum.',
  'incomplete-pair': 'Of two variables that go together only one is set.',
  'contradicts-other': 'The value contradicts that of another variable.',
  'unreadable-file': 'The file that the variable names cannot be read.',
  'unusable-certificate':
    'The file holds no certificate or key that can be used, or the two do not belong together.',
  'unusable-secret': 'The secret cannot be used for the authentication of its connection.',
  'unusable-key': 'The key of the customer pseudonyms is too short or not in hex or base64.',
  'key-differs': 'The key of the customer pseudonyms differs from the one that data directory or log know.',
} as const;

export type SettingFaultCode = keyof typeof settingFaultCodes;

/** One thing wrong in the settings: which variable, its value, and what is allowed. */
export interface SettingFault {
  /** Stays the same when the text of the message changes. */
  readonly code: SettingFaultCode;
  readonly variable: string;
  /** As it was set; left out where it is not set or may hold a secret. */
  readonly value?: string;
  readonly message: string;
}

/** Everything that is wrong with the settings, one line each. */
export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults';
  readonly code = 'invalid-settings';

  constructor(readonly faults: readonly SettingFault[]) {
    super(
      `the settings have ${faults.length} fault(s):\n${faults.map((fault) => `  ${formatSettingFault(fault)}`).join('\n')}`,
    );
  }
}

/** `TALLYLINE_PORT=http: must be a whole number [malformed-value]` */
function formatSettingFault({ code, variable, value, message }: SettingFault): string {
  return `${variable}${value === undefined ? '' : `=${value}`}: ${message} [${code}]`;
}
