// How movers reach a location is chosen among the fields that few need, and is what is tested and saved.
import { describe, expect, test } from 'vitest';
import { Route, Routes } from 'react-router';
import { store } from '../../api/store';
import type { Location, LocationTestRequest } from '../../api/types';
import { serve, settle, show } from '../../testing/render';
import LocationEditor from './LocationEditor';

const answer = () => ({ body: { ready: true, address: 's3://depot', applications: [], steps: [] } });
const sent = (body: unknown) => (body as LocationTestRequest).spec.moverAccess;

describe.each(['en', 'zh-CN'] as const)('in %s', (language) => {
  test('each way is told with what it means', async () => {
    serve(answer);
    const shown = await show(<LocationEditor />, language);
    for (const value of ['ByNamespace', 'Direct', 'Relayed']) {
      const field = shown.at(`mover-access-${value}`)?.closest('.mantine-Radio-root');
      expect(field?.querySelector('.mantine-Radio-description')?.textContent?.length).toBeGreaterThan(20);
    }
    expect(shown.text()).toContain(language === 'en' ? 'which alone has the keys' : '密钥只由控制器持有');
    await shown.click('preset-nfs');
    expect(shown.text()).not.toContain(language === 'en' ? 'which alone has the keys' : '密钥只由控制器持有');
    expect(shown.text()).toContain(language === 'en' ? 'which must let the nodes in' : '服务器须允许各节点访问');
  });
});

test('what is chosen is sent, and nothing when the namespace decides', async () => {
  const asked = serve(answer);
  const shown = await show(<LocationEditor />);
  await shown.type('endpoint', 'https://s3.example');
  await shown.type('bucket', 'depot');
  await settle(700);
  await shown.click('mover-access-Relayed');
  await settle(700);
  await shown.click('mover-access-ByNamespace');
  await settle(700);
  await shown.click('mover-access-Direct');
  await settle(700);
  await shown.click('save');
  expect(asked.map(({ body }) => sent(body))).toEqual([undefined, 'Relayed', undefined, 'Direct', 'Direct']);
  expect(asked.at(-1)?.path).toBe('/namespaces/tranship/location-setups');
});

test('a location that has its own way shows it', async () => {
  serve(answer);
  const location: Location = {
    metadata: { name: 'depot', namespace: 'tranship' },
    spec: { s3: { bucket: 'depot', endpoint: 'https://s3.example' }, moverAccess: 'Relayed' },
  };
  store.apply('reset', { kind: 'Location', items: [location] });
  const page = (
    <Routes>
      <Route path="/locations/:namespace/:name" element={<LocationEditor />} />
    </Routes>
  );
  const shown = await show(page, 'en', '/locations/tranship/depot');
  expect((shown.at('mover-access-Relayed') as HTMLInputElement).checked).toBe(true);
  expect(shown.at('more')?.getAttribute('aria-expanded')).toBe('true');
});
