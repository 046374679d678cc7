import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalog } from '../src/catalog/catalog.ts'
import { EventJudge, isSound } from '../src/features/stream/inprocess/event-judge.ts'

const page = readFileSync(new URL('../docs/data-formats.md', import.meta.url), 'utf8')
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')

test('every example of docs/data-formats.md is an event that is accepted', () => {
  const judge = new EventJudge(catalog)
  const topics = examples.map((example) => {
    const judgement = judge.judge(JSON.parse(example), null)
    return isSound(judgement) ? judge.topicName(judgement.topicNumber) : judgement
  })
  expect(topics).toEqual(['products', 'customers', 'orders', 'orders', 'clickstream', 'inventory', 'offers'])
})
