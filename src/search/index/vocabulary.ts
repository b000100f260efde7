import type { Analyzer } from '../query/analyzer.ts'
import { withRoom } from './growing.ts'
import { TermTable, type TermTableData } from './term-table.ts'

/** A vocabulary as it is written to a file. */
export interface VocabularyData {
  readonly table: TermTableData
  /** By language, the stem of each word plus one; 0 where it was never met in that language. */
  readonly stems: readonly Int32Array[]
  /** By language, how often each word stands in the live documents. */
  readonly uses: readonly Int32Array[]
}

const WORD_OF_LETTERS = /^\D+$/

/**
 * The words of an index and the terms (stems) they are searched by, in one table: a text may be a
 * word, a stem or both. Numbers never change; texts are never taken out.
 */
export class Vocabulary {
  readonly table: TermTable
  /** Kept one higher, so that a fresh array says that none is known. */
  private readonly stems: Int32Array[]
  private readonly uses: Int32Array[]
  private readonly analyzer: Analyzer

  constructor(analyzer: Analyzer, data?: VocabularyData) {
    this.analyzer = analyzer
    this.table = new TermTable(data?.table)
    this.stems = data?.stems.slice() ?? analyzer.languages.map(() => new Int32Array(0))
    this.uses = data?.uses.slice() ?? analyzer.languages.map(() => new Int32Array(0))
  }

  /**
   * Term of a word of a text, both given a number now where they are new. The word is counted: once
   * more where a document comes (1), once less where one goes (−1).
   */
  termOfWord(word: string, language: number, sign: 1 | -1): number {
    const id = this.table.add(word)
    const stems = this.stems[language]!
    const known = id < stems.length ? stems[id]! : 0
    if (known === 0) return this.learn(word, id, language)
    this.uses[language]![id]! += sign
    return known - 1
  }

  private learn(word: string, id: number, language: number): number {
    const stem = WORD_OF_LETTERS.test(word) ? this.analyzer.languages[language]!.stem(word) : word
    const term = stem === word ? id : this.table.add(stem)
    this.stems[language] = withRoom(this.stems[language]!, this.table.count)
    this.uses[language] = withRoom(this.uses[language]!, this.stems[language]!.length)
    this.stems[language]![id] = term + 1
    this.uses[language]![id] = 1
    return term
  }

  /** Terms of a text as a word of live documents: one a language at most; empty where it is none. */
  termsOfWord(id: number): number[] {
    const terms: number[] = []
    for (let l = 0; l < this.stems.length; l++) {
      const uses = this.uses[l]!
      if (id >= uses.length || uses[id]! <= 0) continue
      const term = this.stems[l]![id]! - 1
      if (!terms.includes(term)) terms.push(term)
    }
    return terms
  }

  data(): VocabularyData {
    const { count } = this.table
    const cut = (array: Int32Array) => withRoom(array, count).subarray(0, count)
    return { table: this.table.data(), stems: this.stems.map(cut), uses: this.uses.map(cut) }
  }
}
