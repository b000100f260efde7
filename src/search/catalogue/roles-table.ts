import type { CataloguePlan } from './read-catalogue.ts'

/** One line of the table of roles. */
export interface RoleRow {
  readonly field: string
  readonly role: string
  readonly reason: string
  /** Share of products that have it. */
  readonly coverage: number
  readonly distinct: number
}

/** Roles of all fields as rows: the id first, then as in the file; combined ones as one count. */
export function roleRows({ idField, idReason, choices }: CataloguePlan): readonly RoleRow[] {
  const shown = choices.filter(({ kept }) => kept !== 'combined')
  const combined = choices.length - shown.length
  const rows: RoleRow[] = [
    { field: idField, role: 'id', reason: idReason, coverage: 1, distinct: Number.NaN },
    ...shown.map(({ field, role, reason, coverage, distinct }) => {
      return { field, role, reason, coverage, distinct }
    }),
  ]
  if (combined === 0) return rows
  const reason = `${combined} sparse attributes, each with its name, searched as words`
  return [
    ...rows,
    { field: 'attributes', role: 'text', reason, coverage: Number.NaN, distinct: Number.NaN },
  ]
}

/** The table of roles for people: field, role, share of products, distinct values, reason. */
export function formatRoles(plan: CataloguePlan): string {
  const percent = (share: number) => (Number.isNaN(share) ? '' : `${Math.round(100 * share)} %`)
  const cells = roleRows(plan).map(({ field, role, coverage, distinct, reason }) => [
    field,
    role,
    percent(coverage),
    Number.isNaN(distinct) ? '' : String(distinct),
    reason,
  ])
  const rows = [['field', 'role', 'has it', 'distinct', 'why'], ...cells]
  const widths = rows[0]!.map((_, c) =>
    Math.min(40, Math.max(...rows.map((row) => row[c]!.length))),
  )
  return rows
    .map((row) => row.map((cell, c) => cell.padEnd(c === 4 ? 0 : widths[c]!)).join('  '))
    .join('\n')
}
