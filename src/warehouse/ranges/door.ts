export { rangesRewriter } from './rewriter.ts'
