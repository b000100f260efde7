import { gunzipSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { readCatalogue } from '../src/search/catalogue/read-catalogue.ts'
import { learnVectors } from '../src/search/vectors/learn.ts'
import { clusterFolds } from './folds.ts'
const D='/work/shared/data/search/'
const cpu=()=>{const c=process.cpuUsage();return (c.user+c.system)/1e6}
let t=cpu()
const cat=await readCatalogue(D+'msrd/movies.jsonl.gz')
console.log('catalogue',cpu()-t); t=cpu()
const lines=gunzipSync(readFileSync(D+'msrd/judgments.tsv.gz')).toString().trim().split('\n').slice(1)
const qs=new Map<string,{id:string,text:string,positives:string[],negatives:string[]}>()
for(const l of lines){const [id,text,doc,g]=l.split('\t') as [string,string,string,string];let q=qs.get(id);if(!q){q={id,text,positives:[],negatives:[]};qs.set(id,q)};(Number(g)>0?q.positives:q.negatives).push(doc)}
const all=[...qs.values()]
const folds=clusterFolds(all.map(q=>q.text),5)
console.log('folds',[0,1,2,3,4].map(f=>folds.filter(x=>x===f).length))
const settings=JSON.parse(process.argv[2]??'{}')
const train=all.filter((_,i)=>folds[i]!==0)
// test: hold out cluster fold 0
import { encodeProduct, encodeQuery } from '../src/search/vectors/encoder.ts'
import { wordsOf, bagsOf } from '../src/search/vectors/product-bags.ts'
const r=await learnVectors(cat.products,cat.fields,train,{seed:1,settings,workers:2})
console.log(r.chosen,r.recall,r.judged,'cpu',cpu()-t)
const enc=r.encoder
const vs=cat.products.map(p=>encodeProduct(enc,bagsOf(wordsOf(p,cat.fields,enc.restWords),enc.buckets)))
const test=all.filter((_,i)=>folds[i]===0).filter(q=>q.positives.length).slice(0,600)
let s=0,s100=0
for(const q of test){const v=encodeQuery(enc,q.text);const sc=vs.map((x,i)=>{let a=0;for(let j=0;j<x.length;j++)a+=x[j]!*v[j]!;return [a,i] as const}).sort((a,b)=>b[0]-a[0]);const ids=sc.slice(0,100).map(([,i])=>cat.products[i]!.id);s+=q.positives.filter(p=>ids.slice(0,20).includes(p)).length/q.positives.length;s100+=q.positives.filter(p=>ids.includes(p)).length/q.positives.length}
console.log('test clusters recall@20',s/test.length,'@100',s100/test.length)
