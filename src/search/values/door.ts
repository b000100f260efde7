export { type Columns, columnsFromBytes, createColumns } from './columns.ts'
export { countFacets, type Facet, type FacetQuery, type FacetRequest } from './count-facets.ts'
export { docSetOf, docsOf, hasDoc, intersect, subtract, unite } from './doc-set.ts'
export {
  createFacetScratch,
  type FacetScratch,
  type FacetValue,
  type ValueFacet,
} from './facets.ts'
export { filterDocs } from './filter.ts'
export { LEVEL } from './fold-value.ts'
export { escapeHtml, type HighlightOptions, highlight, type Segment } from './highlight.ts'
export { type Histogram, type HistogramBar, histogramOf } from './histogram.ts'
export { checkPage, type Page } from './page.ts'
export { qualityOf } from './quality.ts'
export { type SortBy, sortDocs } from './sort.ts'
