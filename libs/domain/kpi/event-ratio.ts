import { nameOf } from '#domain/contract/exclusion.js';
import type { EventSelection } from '#domain/contract/kpi.js';
import { selects } from '#domain/outcome/outcome-events.js';
import { bit } from './fraction.js';
import type { KpiModule, OutcomeMention } from './kpi-module.js';

/** Events of one kind / events of another: conversion, retention, reopened tickets. */
export const eventRatio: KpiModule<'ratio'> = {
  unit: 'ratio',
  events: ({ numerator, denominator }, outcome, event) => ({
    n: bit(selects(numerator, outcome, event)),
    d: bit(selects(denominator, outcome, event)),
  }),
  mentions: ({ numerator, denominator }) => [
    ...mentioned(numerator, 'numerator'),
    ...mentioned(denominator, 'denominator'),
  ],
};

/** Events / a number given for the period: churn over the customers at its start. */
export const eventShare: KpiModule<'share'> = {
  unit: 'ratio',
  whatIf: 'count',
  forecast: ({ of }) => of,
  events: ({ numerator }, outcome, event) => ({ n: bit(selects(numerator, outcome, event)), d: 0 }),
  mentions: ({ numerator }) => mentioned(numerator, 'numerator'),
};

function mentioned({ name, unless }: EventSelection, at: string): OutcomeMention[] {
  return [
    { name, field: null, path: [at, 'name'] },
    ...unless.map((other, index) => ({ name: nameOf(other), field: null, path: [at, 'unless', index] })),
  ];
}
