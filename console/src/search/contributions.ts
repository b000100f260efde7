import type { SearchItem } from '../../../src/api/schemas/search.ts'
import { capital } from '../text/format.ts'
import { armLabel, isArm } from './arm-words.ts'

type Why = NonNullable<SearchItem['why']>

/** A part of a score, for the waterfall. */
export interface ScorePart {
  readonly label: string
  readonly meaning: string
  readonly units: number
}

/** Parts shown one by one; the smaller ones are one part together. */
const SHOWN = 8

/** Short names of the features, as a person would say them. */
const LABELS: Readonly<Record<string, string>> = {
  text: 'words match',
  arms: 'arms that brought it',
  title: 'title match',
  quality: 'how wanted it is',
  number: 'its numbers',
  slots: 'what was understood',
  equals: 'among equals',
  age: 'how new it is',
  head: 'what it is',
  acronym: 'initials',
  customer: 'this customer',
  letters: 'letter by letter',
  'named-number': 'numbers named',
  query: 'kind of query',
  average: 'an average product',
}

/** What a feature, or an arm whose rank counts, is called; its own name where it is not known here. */
export function featureLabel(feature: string): string {
  return LABELS[feature] ?? armLabel(feature)
}

/** What a part stands for, as a sentence. */
function meaningOf({ feature, about, value }: Why[number]): string {
  const text = capital(about.replace(/\.$/, ''))
  return isArm(feature) && value !== null ? `Rank ${value}. ${text}.` : `${text}.`
}

/** What a part stands for, within a sentence. */
function phraseOf({ feature, value }: Why[number]): string {
  return isArm(feature) && value !== null
    ? `rank ${value} by “${armLabel(feature)}”`
    : `“${featureLabel(feature)}”`
}

/**
 * The parts of a score: the average first, then the largest, the rest as one, and what a rule or
 * the mixing of kinds moved beyond the model. They sum to `score`.
 */
export function scoreParts(why: Why, score: number, rule: string | null): readonly ScorePart[] {
  const base = why.filter(({ feature }) => feature === 'average')
  const others = why
    .filter(({ feature }) => feature !== 'average')
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  const parts = [...base, ...others.slice(0, SHOWN)].map((part) => ({
    label: featureLabel(part.feature),
    meaning: meaningOf(part),
    units: part.contribution,
  }))
  const rest = others.slice(SHOWN).reduce((sum, { contribution }) => sum + contribution, 0)
  const moved = score - why.reduce((sum, { contribution }) => sum + contribution, 0)
  return [
    ...parts,
    { label: 'the rest', meaning: 'All that says little here.', units: rest },
    {
      label: rule === null ? 'variety' : 'rule',
      meaning:
        rule === null
          ? 'Moved so that kinds of products take turns.'
          : `Moved by the rule “${rule}”.`,
      units: Math.abs(moved) < 1e-4 * Math.max(1, Math.abs(score)) ? 0 : moved,
    },
  ]
}

/** What speaks most for a result and most against it, in a sentence. */
export function reasonSentence(why: Why): string {
  const told = why
    .filter(({ feature }) => feature !== 'average')
    .sort((a, b) => b.contribution - a.contribution)
  const [first, second] = told.filter(({ contribution }) => contribution > 0)
  if (first === undefined) return 'Nothing speaks for it more than for an average product.'
  const also =
    second !== undefined && second.contribution > first.contribution / 4
      ? `, then from ${phraseOf(second)}`
      : ''
  const last = told.at(-1)
  const against =
    last !== undefined && last.contribution < -first.contribution / 10
      ? ` Against it speaks ${phraseOf(last)}.`
      : ''
  return `Its score comes mostly from ${phraseOf(first)}${also}.${against}`
}
