// What goes wrong is said where somebody is, with its code and what to do, in the language of the page.
import { describe, expect, test } from 'vitest';
import { store } from '../api/store';
import type { Action, Location, Trouble } from '../api/types';
import troubles from '../locales/troubles.zh-CN.json';
import { readyCondition } from '../testing/objects';
import { serve, settle, show, type Shown } from '../testing/render';
import ActionPage from './actions/ActionPage';
import { ExportDialog } from './applications/ExportDialog';
import LocationEditor from './locations/LocationEditor';
import Locations from './locations/Locations';
import ImportPolicyForm from './policies/ImportPolicyForm';
import { Route, Routes } from 'react-router';

const ofTokens: Trouble[] = [
  { code: 'token.cut', message: 'the token is cut short: 40 of 512 bytes are there', fix: 'Copy it whole' },
  { code: 'token.changed', message: 'the token was changed: its checksum does not fit', fix: 'Copy it again' },
  { code: 'token.version', message: 'this token has version 2; this Tranship knows version 1', fix: 'Update' },
  { code: 'token.none', message: 'this is not a token: one begins with tranship1_' },
  { code: 'token.sealed', message: 'the token was sealed for another target', fix: 'Have it made for this one' },
];
const ofPlaces: Trouble[] = [
  { code: 'token.expired', message: 'the token expired', fix: 'Have a new one made' },
  { code: 'token.revoked', message: 'the transfer token of shop does not open its repository', fix: 'Have one made' },
  { code: 'store.no_bucket', message: 'there is no bucket depot', fix: 'Create the bucket' },
  { code: 'store.clock', message: 'the clock of this machine differs from the store by 3600 s', fix: 'Set the clocks' },
  { code: 'store.full', message: 'writing failed, QuotaExceeded', fix: 'Free space' },
  { code: 'store.credentials', message: 'the store refuses the keys', fix: 'Correct the keys' },
  { code: 'repository.password', message: 'the passphrase does not open the repository of shop', fix: 'The first' },
  { code: 'location.read_only', message: 'the location can be read but not written to', fix: 'Allow s3:PutObject' },
];

function expectTold(shown: Shown, trouble: Trouble, language: 'en' | 'zh-CN') {
  expect(shown.at('trouble-code')?.textContent).toBe(trouble.code);
  if (language === 'en') {
    expect(shown.text()).toContain(trouble.message);
    if (trouble.fix) expect(shown.at('trouble-fix')?.textContent).toContain(trouble.fix);
    expect(shown.at('trouble-original')).toBeNull();
    return;
  }
  const entry = troubles[trouble.code as keyof typeof troubles];
  expect(shown.at('trouble')?.textContent).toMatch(/[\u4e00-\u9fff]{4}/);
  expect(shown.at('trouble-fix')?.textContent).toMatch(/[\u4e00-\u9fff]{2}/);
  expect(entry).toBeDefined();
  expect(shown.at('trouble-original')?.textContent).toContain(trouble.message);
}

const languages = ['en', 'zh-CN'] as const;

describe.each(languages)('in %s', (language) => {
  test.each(ofTokens)('a token that is none: $code', async (trouble) => {
    serve(() => ({ status: 400, body: { error: trouble } }));
    const shown = await show(<ImportPolicyForm />, language);
    await shown.type('token', 'tranship1_AAAA');
    await settle(400);
    expectTold(shown, trouble, language);
    expect(shown.at('create-run')).toBeNull();
  });

  test.each(ofPlaces)('a token that opens nothing here: $code', async (trouble) => {
    const body = {
      application: 'shop',
      sourceCluster: 'west',
      createdAt: '2026-01-01T00:00:00Z',
      expiresAt: null,
      credentials: true,
      location: { s3: { bucket: 'depot' } },
      reachable: false,
      error: trouble,
    };
    serve(() => ({ body }));
    const shown = await show(<ImportPolicyForm />, language);
    await shown.type('token', 'tranship1_AAAA');
    await settle(400);
    await settle(400);
    expect(shown.at('inspected-application')?.textContent).toBe('shop');
    expectTold(shown, trouble, language);
  });

  test.each(ofPlaces)('a location that is typed: $code', async (trouble) => {
    const steps = [{ name: 'list', state: 'failed' }];
    serve(() => ({ body: { ready: false, address: '', applications: [], steps, error: trouble } }));
    const shown = await show(<LocationEditor />, language);
    await shown.type('endpoint', 'https://s3.example');
    await shown.type('bucket', 'depot');
    await settle(700);
    expectTold(shown, trouble, language);
    expect(shown.at('test-list')?.dataset.state).toBe('failed');
  });

  test.each(ofPlaces)('an action that failed: $code', async (trouble) => {
    const action: Action = {
      kind: 'Import',
      metadata: { name: 'shop', namespace: 'tranship' },
      spec: { location: { name: 'depot' }, tokenSecret: { name: 'shop-token' } },
      status: { phase: 'Failed', error: trouble },
    };
    store.apply('reset', { kind: 'Import', items: [action] });
    const page = (
      <Routes>
        <Route path="/actions/:kind/:namespace/:name" element={<ActionPage />} />
      </Routes>
    );
    const shown = await show(page, language, '/actions/import/tranship/shop');
    expectTold(shown, trouble, language);
    expect(shown.at('retry')).not.toBeNull();
  });

  test.each(ofPlaces)('a location that is there: $code', async (trouble) => {
    const location: Location = {
      metadata: { name: 'depot', namespace: 'tranship' },
      spec: { s3: { bucket: 'depot' } },
      status: { conditions: [readyCondition(false, 'X', trouble.message)], error: trouble },
    };
    store.apply('reset', { kind: 'Location', items: [location] });
    const shown = await show(<Locations />, language);
    expect(shown.at('row-tranship-depot')?.textContent).toContain(trouble.code);
    expect(shown.at('row-tranship-depot')?.textContent).toMatch(
      language === 'en' ? trouble.message : /[\u4e00-\u9fff]{4}/,
    );
  });
});

test('what may only be read is not offered as the target of an export', async () => {
  const location = (name: string, access: 'ReadOnly' | 'ReadWrite'): Location => ({
    metadata: { name, namespace: 'tranship' },
    spec: { s3: { bucket: name }, access },
    status: { conditions: [readyCondition(true)] },
  });
  store.apply('reset', { kind: 'Location', items: [location('archive', 'ReadOnly')] });
  const shown = await show(<ExportDialog application="shop" onClose={() => {}} />);
  expect(shown.at('no-location')).not.toBeNull();
  expect((shown.at('export-submit') as HTMLButtonElement).disabled).toBe(true);
});
