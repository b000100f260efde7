// How well would this rank what people judged?

export { createJudgedMemory, type JudgedMemory } from './judged-memory.ts'
export { gatherJudged, type JudgedQuery } from './judged-query.ts'
export { clusterQueries } from './query-clusters.ts'
export {
  type RankFilesOptions,
  type RankFilesResult,
  rankJudgedFiles,
  runToCsv,
} from './rank-files.ts'
export {
  type RankedRow,
  type RankJudgedInput,
  type RankJudgedResult,
  rankJudged,
} from './rank-judged.ts'
export {
  type JudgmentRow,
  type QueryRow,
  readCandidates,
  readGrades,
  readJudgments,
  readQueries,
  readRun,
} from './read-judged.ts'
