import type {
  FeedbackReply,
  FeedbackRequest,
  RankReply,
  RankRequest,
  SearchReply,
  SearchRequest,
  SuggestReply,
  SuggestRequest,
} from './schemas/search.ts'
import type {
  CompareReply,
  CompareRequest,
  JudgeRequest,
  JudgmentList,
  RuleList,
  RulesRequest,
  SearchReport,
  SearchStatus,
  SwitchRequest,
} from './schemas/search-report.ts'

/** What the HTTP API needs of a store's search: one method for each endpoint. */
export interface SearchView {
  /** Works on every store with products, before anything was trained. Throws ERR_STORE_EMPTY without products, ERR_ARGUMENT on an unknown field. */
  search(request: SearchRequest): Promise<SearchReply>
  suggest(request: SuggestRequest): Promise<SuggestReply>
  /** Resolves when the events are on disk; what search cannot use is named, not refused. */
  feedback(request: FeedbackRequest): Promise<FeedbackReply>
  rank(request: RankRequest, options: { readonly explain: boolean }): Promise<RankReply>
  status(): Promise<SearchStatus>
  report(): Promise<SearchReport>
  judgments(query: string): Promise<JudgmentList>
  /** Throws ERR_NOT_FOUND where there is no such product. */
  judge(request: JudgeRequest): Promise<JudgmentList>
  /** Throws ERR_STORE_EMPTY where the store has no queries of the kind asked for. */
  compare(request: CompareRequest): Promise<CompareReply>
  rules(): Promise<RuleList>
  /** Replaces all rules; throws ERR_ARGUMENT on one that names an unknown field. */
  setRules(request: RulesRequest): Promise<RuleList>
  /** Throws ERR_PLAN_NOT_FOUND on a version that is not kept. */
  switch(request: SwitchRequest): Promise<SearchStatus>
  /** Waits for what is being written. */
  close(): Promise<void>
}
