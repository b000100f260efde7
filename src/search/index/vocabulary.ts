import type { Analyzer } from '../query/analyzer.ts'
import { withRoom } from './growing.ts'
import { TermTable, type TermTableData } from './term-table.ts'

/** A vocabulary as it is written to a file. */
export interface VocabularyData {
  readonly table: TermTableData
  /** By language, the stem of each word plus one; 0 where it was never met in that language. */
  readonly stems: readonly Int32Array[]
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
  private readonly analyzer: Analyzer

  constructor(analyzer: Analyzer, data?: VocabularyData) {
    this.analyzer = analyzer
    this.table = new TermTable(data?.table)
    this.stems = data?.stems.slice() ?? analyzer.languages.map(() => new Int32Array(0))
  }

  /** Term of a word of a text, both given a number now where they are new. */
  termOfWord(word: string, language: number): number {
    const id = this.table.add(word)
    const stems = this.stems[language]!
    const known = id < stems.length ? stems[id]! : 0
    if (known > 0) return known - 1
    const stem = WORD_OF_LETTERS.test(word) ? this.analyzer.languages[language]!.stem(word) : word
    const term = stem === word ? id : this.table.add(stem)
    const room = withRoom(stems, this.table.count)
    this.stems[language] = room
    room[id] = term + 1
    return term
  }

  /** Terms of a text as a word of texts: one a language at most; empty where it is no such word. */
  termsOfWord(id: number): number[] {
    const terms: number[] = []
    for (const stems of this.stems) {
      const term = (id < stems.length ? stems[id]! : 0) - 1
      if (term >= 0 && !terms.includes(term)) terms.push(term)
    }
    return terms
  }

  data(): VocabularyData {
    const { count } = this.table
    const stems = this.stems.map((one) => withRoom(one, count).subarray(0, count))
    return { table: this.table.data(), stems }
  }
}
