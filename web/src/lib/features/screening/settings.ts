import type { components } from '#lib/api/schema.d.ts';

type Schemas = components['schemas'];
export type Settings = Schemas['ScreeningSettings'];
export type Line = Schemas['PolicyLine'];
export type Word = Schemas['OwnWordView'];
export type Figures = Schemas['ScreeningFigures'];
export type Sample = Schemas['SampleView'];
export type Seen = Schemas['ScreenView'];

export const SPACES = ['post', 'chat', 'staff_copy'] as const;
export type Space = (typeof SPACES)[number];
export const KINDS = ['place', 'school', 'staff', 'workplace'] as const;

/** Categories in the order of the page, by what they have in common. */
const GROUPS: Record<string, string[]> = {
  danger: ['suicide', 'self_harm', 'overdose', 'abuse', 'running_away'],
  others: ['grooming', 'harassment', 'hate', 'method_info', 'pro_ed', 'spam'],
  numbers: ['cpr', 'bank_account'],
  contact: ['phone', 'email', 'address', 'handle', 'licence_plate', 'coordinates'],
  people: ['person_name', 'caseworker', 'school', 'workplace', 'url'],
  words: ['stigma'],
};

export interface Row {
  category: string;
  /** One line for each severity, or one for all where they are alike. */
  lines: Line[];
  alike: boolean;
}

/** The table of one kind of space, in groups; empty groups are left out. */
export function tableOf(policy: Line[], space: Space): { group: string; rows: Row[] }[] {
  return Object.entries(GROUPS)
    .map(([group, categories]) => ({
      group,
      rows: categories
        .map((category) => rowOf(policy, space, category))
        .filter((row) => row.lines.length > 0),
    }))
    .filter(({ rows }) => rows.length > 0);
}

function rowOf(policy: Line[], space: Space, category: string): Row {
  const lines = policy.filter((line) => line.surface === space && line.category === category);
  const print = (line: Line) =>
    JSON.stringify([line.choices, line.action, line.default_action, line.case_level]);
  const alike = new Set(lines.map(print)).size === 1;
  return { category, lines, alike };
}

/** The same table with another choice in some lines. */
export function chosen(policy: Line[], lines: Line[], action: string): Line[] {
  return policy.map((line) => (lines.includes(line) ? { ...line, action } : line));
}

/** What differs from the default, as the server wants it. */
export function changesOf(policy: Line[]) {
  return policy
    .filter((line) => line.action !== line.default_action)
    .map(({ surface, category, severity, action }) => ({ surface, category, severity, action }));
}
