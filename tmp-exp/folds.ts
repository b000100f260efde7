export function clusterFolds(texts:readonly string[],k:number):number[]{
 const words=texts.map(t=>[...new Set(t.toLowerCase().match(/[\p{L}\p{N}]+/gu)??[])])
 const post=new Map<string,number[]>()
 words.forEach((ws,i)=>{for(const w of ws){const p=post.get(w);if(p)p.push(i);else post.set(w,[i])}})
 const parent=texts.map((_,i)=>i)
 const find=(x:number):number=>{while(parent[x]!==x){parent[x]=parent[parent[x]!]!;x=parent[x]!}return x}
 words.forEach((ws,i)=>{const c=new Map<number,number>();for(const w of ws){for(const j of post.get(w)!)if(j<i)c.set(j,(c.get(j)??0)+1)}
  for(const [j,n] of c)if(n/(ws.length+words[j]!.length-n)>=0.5)parent[find(i)]=find(j)})
 const size=new Map<number,number[]>()
 texts.forEach((_,i)=>{const r=find(i);const l=size.get(r);if(l)l.push(i);else size.set(r,[i])})
 const cl=[...size.values()].sort((a,b)=>b.length-a.length)
 console.log('clusters',cl.length,'largest',cl.slice(0,5).map(c=>c.length))
 const fold=new Array(texts.length).fill(0);const load=new Array(k).fill(0)
 for(const c of cl){const f=load.indexOf(Math.min(...load));load[f]+=c.length;for(const i of c)fold[i]=f}
 return fold
}
