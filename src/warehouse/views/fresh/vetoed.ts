import type { Template } from '../../types.ts'
import { scanLiterals } from '../read/literals.ts'
import type { ViewRewriter } from '../rewriter.ts'
import type { Veto } from './veto.ts'

/** The same rewriter, but for kinds of statements that a view answers no sooner than the tables: these are left. */
export function vetoed(rewriter: ViewRewriter, veto: Veto): ViewRewriter {
  return {
    ...rewriter,
    rewrite(statement) {
      const found = rewriter.rewrite(statement)
      if (found === undefined) return undefined
      return veto.mayServe(kindOf(statement), found.actionId) ? found : undefined
    },
    learn: (statement, { cpuMs, actionId }) => veto.learn(kindOf(statement), cpuMs, actionId),
  }
}

/** Statements of a template are a kind; where it is not known, those of the same skeleton. */
export function kindOf(statement: { readonly sql: string; readonly template?: Template }): string {
  return statement.template?.fingerprint ?? scanLiterals(statement.sql)?.skeleton ?? ''
}
