/** A table of a FROM clause, under the name by which columns refer to it. */
export interface ShapeRelation {
  readonly alias: string
  /** Lower case, without schema; '' for a subquery or a table function. */
  readonly table: string
}

/** A column as it is written: `alias` is '' where it is not qualified. */
export interface ShapeColumn {
  readonly alias: string
  readonly column: string
}

/** An equality of two columns. */
export interface ShapeEdge {
  readonly left: ShapeColumn
  readonly right: ShapeColumn
}

export type FilterOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'in' | 'like'

/** A column compared with a constant: the `slot`-th of the statement. */
export interface ShapeFilter {
  readonly column: ShapeColumn
  readonly operator: FilterOperator
  readonly slot: number
}

/** What of a template the steering looks at. A reading of its words, not a parse: it only has to be useful. */
export interface Shape {
  readonly relations: readonly ShapeRelation[]
  readonly edges: readonly ShapeEdge[]
  readonly filters: readonly ShapeFilter[]
  /** Words of the grammar and functions it uses, sorted: what an arm must have been tried on. */
  readonly constructs: readonly string[]
  /** What sum() and avg() are over; undefined where it is no plain column. */
  readonly sums: readonly (ShapeColumn | undefined)[]
  readonly slots: number
}

/** Words, names and texts in quotes, numbers, operators, single characters. */
export const TOKEN =
  /"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}_][\p{L}\p{N}_$]*|\d[\d.eE]*|<=|>=|<>|!=|::|\S/gu

/** Words that end a relation of a FROM clause or a condition, or are no names of columns. */
const GRAMMAR = new Set(
  `select from where group order having limit offset union intersect except on using join inner left
  right full outer cross semi anti asof natural positional lateral and or not as by window qualify
  sample tablesample with recursive case when then else end in like ilike similar between is null
  exists distinct all any some over partition rows range asc desc nulls first last cast filter
  pivot unpivot unnest values true false interval date timestamp`.split(/\s+/),
)

/** Words that every statement of interest has, so that having them says nothing. */
const PLAIN = new Set(
  'select from where and as on join inner by true false null date timestamp asc between cast'.split(
    ' ',
  ),
)

const COMPARISONS: Readonly<Record<string, FilterOperator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}
const FLIPPED: Readonly<Record<FilterOperator, FilterOperator>> = {
  ...{ '=': '=', '<>': '<>', in: 'in', like: 'like' },
  ...{ '<': '>', '<=': '>=', '>': '<', '>=': '<=' },
}

/** Reads the shape of a template's text, in which ? stands for each constant. */
export function readShape(template: string): Shape {
  return new ShapeReader(template).read()
}

class ShapeReader {
  private readonly tokens: readonly string[]
  private readonly relations: ShapeRelation[] = []
  private readonly edges: ShapeEdge[] = []
  private readonly filters: ShapeFilter[] = []
  private readonly constructs = new Set<string>()
  private readonly sums: (ShapeColumn | undefined)[] = []
  private slots = 0

  constructor(template: string) {
    this.tokens = template.match(TOKEN) ?? []
  }

  read(): Shape {
    for (let i = 0; i < this.tokens.length; i++) this.readToken(i)
    const constructs = [...this.constructs].sort()
    const { relations, edges, filters, sums, slots } = this
    return { relations, edges, filters, constructs, sums, slots }
  }

  private word(i: number): string {
    return (this.tokens[i] ?? '').toLowerCase()
  }

  private readToken(i: number): void {
    const word = this.word(i)
    if (word === '?') {
      this.readConstantFirst(i, this.slots)
      this.slots++
      return
    }
    if (GRAMMAR.has(word)) {
      if (!PLAIN.has(word)) this.constructs.add(word)
      if (word === 'select' && this.word(i - 1) === '(') this.constructs.add('subquery')
      if (word === 'join' || (word === 'from' && !this.isInside(i))) this.readRelations(i + 1)
      return
    }
    if (!this.isName(i)) return
    if (this.word(i + 1) === '(') {
      this.constructs.add(`${word}()`)
      if (word === 'sum' || word === 'avg') this.readSum(i + 2)
    } else if (this.word(i - 1) !== '.') this.readCondition(i)
  }

  /** Whether a FROM belongs to extract(year FROM d), trim(both FROM t) or IS DISTINCT FROM. */
  private isInside(i: number): boolean {
    if (this.word(i - 1) === 'distinct' && /^(is|not)$/.test(this.word(i - 2))) return true
    const call = this.word(i - 2) === '(' ? this.word(i - 3) : ''
    return /^(extract|trim|substring|overlay|position)$/.test(call)
  }

  private isName(i: number): boolean {
    const token = this.tokens[i] ?? ''
    return /^["\p{L}_]/u.test(token) && !GRAMMAR.has(token.toLowerCase())
  }

  private readSum(i: number): void {
    const argument = this.columnAt(i)
    const isWhole = argument !== undefined && this.word(argument.end) === ')'
    this.sums.push(isWhole ? argument.column : undefined)
  }

  /** Relations from `i` on, as far as commas join them; FROM inside functions has no relation. */
  private readRelations(start: number): void {
    let i = start
    for (;;) {
      let table = ''
      if (!this.isName(i)) return
      while (this.isName(i)) {
        table = nameOf(this.tokens[i]!)
        i++
        if (this.word(i) !== '.') break
        i++
      }
      if (this.word(i) === '(') return
      if (this.word(i) === 'as') i++
      const alias = this.isName(i) ? nameOf(this.tokens[i++]!) : table
      this.relations.push({ alias, table })
      if (this.word(i) !== ',') return
      i++
    }
  }

  /** A column that begins at `i`, and the place behind it. */
  private columnAt(i: number): { readonly column: ShapeColumn; readonly end: number } | undefined {
    if (!this.isName(i) || this.word(i + 1) === '(') return undefined
    const first = nameOf(this.tokens[i]!)
    if (this.word(i + 1) !== '.') return { column: { alias: '', column: first }, end: i + 1 }
    // Behind a dot even a word of the grammar is a column: b.Date.
    if (!/^["\p{L}_]/u.test(this.tokens[i + 2] ?? '')) return undefined
    return { column: { alias: first, column: nameOf(this.tokens[i + 2]!) }, end: i + 3 }
  }

  /** Column = column, column ≤ ?, column BETWEEN ? AND ?, column IN (?), column LIKE ?. */
  private readCondition(i: number): void {
    const left = this.columnAt(i)
    if (left === undefined) return
    const { column, end } = left
    const word = this.word(end)
    const operator = COMPARISONS[word]
    if (operator !== undefined) {
      const right = this.columnAt(end + 1)
      if (right !== undefined && operator === '=') {
        this.edges.push({ left: column, right: right.column })
      } else this.addFilter(column, operator, end + 1)
    } else if (word === 'between') {
      this.addFilter(column, '>=', end + 1)
      this.addFilter(column, '<=', end + 1, 1)
    } else if (word === 'in' && this.word(end + 1) === '(') this.addFilter(column, 'in', end + 2)
    else if (word === 'like') this.addFilter(column, 'like', end + 1)
  }

  /** The filter whose constant is the `skip`-th behind `i`, past casts and opening parentheses. */
  private addFilter(column: ShapeColumn, operator: FilterOperator, i: number, skip = 0): void {
    let left = skip
    for (let at = i; at < Math.min(i + REACH, this.tokens.length); at++) {
      const word = this.word(at)
      if (word === '?') {
        if (left === 0) {
          this.filters.push({ column, operator, slot: this.slots + skip })
          return
        }
        left--
      } else if (!/^(\(|date|timestamp|cast|::|\w+|,|\))$/.test(word)) return
      else if (left === skip && !/^(\(|date|timestamp|cast)$/.test(word)) return
    }
  }

  /** ? ≤ column. */
  private readConstantFirst(i: number, slot: number): void {
    const operator = COMPARISONS[this.word(i + 1)]
    const right = operator === undefined ? undefined : this.columnAt(i + 2)
    if (operator === undefined || right === undefined || this.word(i - 1) === '-') return
    this.filters.push({ column: right.column, operator: FLIPPED[operator], slot })
  }
}

/** Words between a comparison and its constant, at most: BETWEEN CAST(? AS DATE) AND CAST(?. */
const REACH = 12

function nameOf(token: string): string {
  return (token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token).toLowerCase()
}
