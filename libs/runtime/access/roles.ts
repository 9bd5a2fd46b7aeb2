/** Who may ask, by what they do. */
export const roles = {
  operator: 'Runs the installation: may do everything.',
  finance: 'Reads figures and amounts, closes and adjusts periods.',
  supervisor: 'Reads the KPIs of programmes.',
  brand: 'Reads what concerns the brands of its key: their programmes and contracts, and nothing else.',
  connector: 'Sends deliveries, and reads what of them was refused.',
  sre: 'Reads metrics.',
} as const;

export type Role = keyof typeof roles;

export const roleNames = Object.keys(roles) as Role[];

/** Who asks, once it is known. */
export interface Principal {
  /** Name of the key, or subject of the token; for the audit trail. */
  readonly name: string;
  readonly role: Role;
  /** The brands whose programmes and contracts it may see; null: all. */
  readonly brands: readonly string[] | null;
}
