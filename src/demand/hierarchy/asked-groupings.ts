import { StorewrightError } from '../../core/errors.ts'
import { nearest } from '../../core/knobs.ts'
import type { Panel, StaticColumn } from '../../core/panel.ts'
import type { reconcile } from '../../learn/index.ts'
import { MOST_GROUPS } from './groups.ts'

/** Stands for every class that can be added up. */
const ALL = 'all'

/** Part k of ids such as store_item, counted from 1. */
const ID_PART = /^id:([1-9])$/

/**
 * Groupings by the names that a person gives: attributes of the series (classes, words or numbers that
 * stand for classes), `id:1`, `id:2` … for the parts of ids such as `store_item`, or `all` for every
 * attribute that has 2 to 300 groups. Throws ERR_ARGUMENT on a name that is none, with the nearest one,
 * and on an attribute that cannot be added up.
 */
export function askedGroupings(panel: Panel, names: readonly string[]): reconcile.Grouping[] {
  return [...new Set(names)].flatMap((name) => {
    if (name === ALL) return usableClasses(panel)
    const part = ID_PART.exec(name)
    const labels = part ? partsOfIds(panel.ids, Number(part[1])) : labelsOf(panel, name)
    const grouping = groupingOf(name, labels)
    const { length } = grouping.groups
    if (length >= 2 && length <= MOST_GROUPS) return [grouping]
    const why = length < 2 ? 'is the same for all series' : `has ${length} groups`
    throw new StorewrightError('ERR_ARGUMENT', `--hierarchy ${name}: it ${why}`, {
      next: `Name attributes with 2 to ${MOST_GROUPS} groups; the total is always added.`,
    })
  })
}

function usableClasses({ statics = {} }: Panel): reconcile.Grouping[] {
  return Object.entries(statics).flatMap(([name, column]) => {
    if (column.kind !== 'category') return []
    const grouping = groupingOf(name, textsOf(column))
    const { length } = grouping.groups
    return length >= 2 && length <= MOST_GROUPS ? [grouping] : []
  })
}

function labelsOf({ statics = {} }: Panel, name: string): (string | undefined)[] {
  const column = statics[name]
  if (column !== undefined) return textsOf(column)
  const known = [...Object.keys(statics), 'id:1', ALL]
  throw new StorewrightError(
    'ERR_ARGUMENT',
    `--hierarchy ${name}: no series has such an attribute`,
    {
      next: `Did you mean ${nearest(name, known)}? There are: ${known.join(', ')}.`,
    },
  )
}

function textsOf(column: StaticColumn): (string | undefined)[] {
  switch (column.kind) {
    case 'category':
      return Array.from(column.codes, (code) => column.dictionary[code])
    case 'number':
      return Array.from(column.values, (v) => (Number.isNaN(v) ? undefined : String(v)))
    case 'text':
      return column.texts.map((text) => (text === '' ? undefined : text))
  }
}

function partsOfIds(ids: readonly string[], k: number): (string | undefined)[] {
  return ids.map((id) => id.split(/[_/|:-]/)[k - 1])
}

/** Groups in the order of their names; numbers by size. */
function groupingOf(name: string, labels: readonly (string | undefined)[]): reconcile.Grouping {
  const groups = [...new Set(labels.filter((label) => label !== undefined))].sort(
    new Intl.Collator('en', { numeric: true }).compare,
  )
  const codeOf = new Map(groups.map((group, code) => [group, code] as const))
  const codes = Int32Array.from(labels, (label) => (label === undefined ? -1 : codeOf.get(label)!))
  return { name, codes, groups }
}
