import type { Contract } from '#domain/contract/contract.js';

/** A contract with all that a French document needs. */
export function withParticulars(contract: Contract): Contract {
  return {
    ...contract,
    seller: {
      ...contract.seller,
      name: 'Atelier Relation Client',
      countryCode: 'FR',
      siren: '123456782',
      siret: '12345678200019',
      vatId: 'FR11123456782',
      legalForm: 'SAS au capital de 50 000 EUR, RCS Lyon',
      address: { street: '12 rue de la Paix', postcode: '69002', city: 'Lyon' },
      electronicAddress: { scheme: '0225', id: '123456782' },
      iban: 'FR7630006000011234567890189',
      bic: 'AGRIFRPPXXX',
    },
    buyer: {
      ...contract.buyer,
      name: 'Aurore & Fils',
      countryCode: 'FR',
      siren: '987654324',
      vatId: 'FR09987654324',
      address: { street: '1 place Bellecour', more: 'Bâtiment B', postcode: '69002', city: 'Lyon' },
      electronicAddress: { scheme: '0225', id: '987654324_FACTURES' },
      reference: 'SERVICE-42',
    },
    payment: contract.payment ?? { days: 30, count: 'toMonthEnd', discounts: [] },
    invoicing: {
      contractNumber: 'CT-2026-017',
      project: 'Horizon',
      tender: 'AO-2025-9',
      vatDue: 'onPayment',
      notes: {
        recoveryCosts: 'Indemnité forfaitaire pour frais de recouvrement de 40 EUR.',
        latePayment: "Pénalités de retard au taux de trois fois le taux d'intérêt légal.",
        earlyPayment: "Pas d'escompte pour paiement anticipé.",
      },
      ...contract.invoicing,
    },
  };
}
