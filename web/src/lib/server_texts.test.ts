import { expect, test } from 'vitest';
import templates from '../locales/server.zh-CN.json';
import troubles from '../locales/troubles.zh-CN.json';
import { explain, translator } from './server_texts';

const translate = translator(templates);

test('every template knows its sentences, and puts every value in its place', () => {
  for (const [english, chinese] of Object.entries(templates)) {
    let number = 0;
    const sentence = english.replaceAll('{}', () => `value-${(number += 1)}`);
    expect(translate(sentence), sentence).toBe(chinese.replace(/\{(\d+)\}/g, 'value-$1'));
  }
});

test('what plans say', () => {
  const said = {
    'Deployment shop/web: no node of the target meets its required node affinity':
      'Deployment shop/web：目标集群没有节点满足其必需的节点亲和性',
    'PersistentVolume pvc-1: left out: the claim gets a new volume with the captured data':
      'PersistentVolume pvc-1：不还原：卷声明会得到含采集数据的新卷',
    "StorageClass fast is not here: standard takes its place (the target's default class)":
      '此处没有 StorageClass fast：改用 standard（目标集群的默认类）',
    'the application needs it and the target has none of that name': '应用需要它，而目标集群上没有此名称的对象',
    "rule 'replicas' of TransformSet eu, patch[0] (replace /spec/x): there is nothing at /spec/x":
      'TransformSet eu 的规则“replicas”，patch[0]（replace /spec/x）：/spec/x 处没有内容',
    'Service shop/web /spec/ports/0/nodePort: node port 30080 is left to the target to choose':
      'Service shop/web /spec/ports/0/nodePort：节点端口 30080 改由目标集群分配',
    'spec.transforms[0] (a), patch[0]: nothing can be moved into itself. Correct this rule of the TransformSet':
      'spec.transforms[0]（a），patch[0]：不能移动到自身之内。更正 TransformSet 的这条规则',
    'its pods would be refused: pods "x" is forbidden': '其 Pod 会被拒绝：pods "x" is forbidden',
  };
  for (const [english, chinese] of Object.entries(said)) expect(translate(english)).toBe(chinese);
});

test('what is not known stays as it is', () => {
  expect(translate('something else entirely: really')).toBeUndefined();
  const trouble = { code: 'no.such', message: 'something else' };
  expect(explain(trouble, troubles, translate)).toEqual(trouble);
});

test('an error is told by its code, and its own words stay', () => {
  const trouble = { code: 'store.no_bucket', message: "there is no bucket 'depot'", fix: 'Make it' };
  expect(explain(trouble, troubles, translate)).toEqual({
    code: 'store.no_bucket',
    message: '该 endpoint 上没有此存储桶',
    fix: '创建存储桶，或更正名称和 endpoint',
    original: { message: "there is no bucket 'depot'", fix: 'Make it' },
  });
  expect(explain({ code: 'http.502', message: 'Bad Gateway' }, troubles, translate).message).toContain('Ingress');
  const blocked = { code: 'plan.blocked', message: 'the plan has 2 blockers; nothing was written' };
  expect(explain(blocked, troubles, translate).message).toBe('计划中有 2 项阻碍，未写入任何内容');
});
