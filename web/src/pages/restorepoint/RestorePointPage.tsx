import { Anchor, Group, Stack, Tabs } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { useItem, useKnown } from '../../api/hooks';
import { ExportPointButton, RestoreButton } from '../../components/ApplicationButtons';
import { ConsistencyMark } from '../../components/ConsistencyMark';
import { EmptyState } from '../../components/EmptyState';
import { Facts } from '../../components/Facts';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { PointPlace } from '../../components/PointPlace';
import { createdAt } from '../../lib/applications';
import { formatBytes, formatTime } from '../../lib/format';
import { Warnings } from '../actions/Warnings';
import { Manifests } from './Manifests';
import { Volumes } from './Volumes';

const tabs = ['volumes', 'manifests'] as const;

export default function RestorePointPage() {
  const { t, i18n } = useTranslation();
  const { namespace, name } = useParams();
  const [query, setQuery] = useSearchParams();
  const point = useItem('RestorePoint', namespace, name);
  const known = useKnown('RestorePoint');
  if (!point) {
    return (
      <Page title={name ?? ''} back={{ to: '/applications', label: t('nav.applications') }}>
        <Panel>
          {known ? (
            <EmptyState Icon={IconMapQuestion} title={t('point.gone')} text={t('point.goneText')} />
          ) : (
            <Loading />
          )}
        </Panel>
      </Page>
    );
  }
  const { spec, status } = point;
  const tab = tabs.find((each) => each === query.get('tab')) ?? 'volumes';
  return (
    <Page
      title={t('point.of', { name: spec.application, time: formatTime(createdAt(point), i18n.language) })}
      back={{ to: `/applications/${spec.application}`, label: spec.application }}
      actions={
        <>
          {spec.kind === 'Local' && <ExportPointButton point={point} variant="default" />}
          <RestoreButton name={spec.application} point={name} />
        </>
      }
    >
      <div className="columns">
        <Tabs value={tab} onChange={(value) => setQuery({ tab: value ?? 'volumes' }, { replace: true })}>
          <Tabs.List aria-label={t('point.content')}>
            {tabs.map((each) => (
              <Tabs.Tab key={each} value={each} data-testid={`tab-${each}`}>
                {t(`point.tab.${each}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="volumes" pt="md">
            {tab === 'volumes' && <Volumes point={point} />}
          </Tabs.Panel>
          <Tabs.Panel value="manifests" pt="md">
            {tab === 'manifests' && <Manifests point={point} />}
          </Tabs.Panel>
        </Tabs>
        <Stack gap="lg">
          <Panel title={t('action.facts')}>
            <Facts
              facts={[
                [
                  t('application.name'),
                  <Anchor key="application" component={Link} inherit to={`/applications/${spec.application}`}>
                    {spec.application}
                  </Anchor>,
                ],
                [t('point.consistency'), <ConsistencyMark key="consistency" consistency={status?.consistency} />],
                [t('point.size'), formatBytes(status?.bytes)],
                [t('point.cluster'), status?.sourceCluster],
                [t('common.namespace'), status?.sourceNamespace],
                [t('settings.kubernetes'), status?.kubernetesVersion],
                [t('point.kept'), <PointPlace key="kept" point={point} />],
                [t('point.images'), status?.images],
                [
                  t('point.id'),
                  <Group key="id" className="mono">
                    {spec.id}
                  </Group>,
                ],
              ]}
            />
          </Panel>
          <Warnings warnings={status?.warnings ?? []} />
        </Stack>
      </div>
    </Page>
  );
}
