import { type Ast, childOf, childrenOf, textOf } from '../layout/read/ast.ts'
import { isFixed } from './constants.ts'
import type { Compared } from './implied.ts'

type Operator = Compared['operator']

const OPERATORS: Readonly<Record<string, Operator>> = {
  COMPARE_EQUAL: '=',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
}
const MIRRORED: Readonly<Record<Operator, Operator>> = {
  ...{ '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' },
}

/** Comparisons with what is the same for all rows that hold wherever a condition does; BETWEEN is two. */
export function comparisonsOf(node: Ast): readonly Compared[] {
  const type = textOf(node, 'type')
  if (type === 'COMPARE_BETWEEN') {
    const [of, lower, upper] = ['input', 'lower', 'upper'].map((key) => childOf(node, key))
    if (of === undefined || lower === undefined || upper === undefined) return []
    return [
      ...(isFixed(lower) ? [{ of, operator: '>=', constant: lower } as const] : []),
      ...(isFixed(upper) ? [{ of, operator: '<=', constant: upper } as const] : []),
    ]
  }
  if (type === 'COMPARE_IN') {
    const [of, ...list] = childrenOf(node, 'children')
    const [constant] = list
    return of === undefined || constant === undefined ? [] : [{ of, operator: '=', constant, list }]
  }
  const operator = OPERATORS[type]
  const left = childOf(node, 'left')
  const right = childOf(node, 'right')
  if (operator === undefined || left === undefined || right === undefined) return []
  if (isFixed(right) && !isFixed(left)) return [{ of: left, operator, constant: right }]
  if (isFixed(left) && !isFixed(right))
    return [{ of: right, operator: MIRRORED[operator], constant: left }]
  return []
}
