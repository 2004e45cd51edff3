import { Group, Modal, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getManifest, listManifests } from '../../api/generated/operations';
import { useFetch } from '../../api/hooks';
import type { Manifest, Metadata, RestorePoint } from '../../api/types';
import { CopyButton } from '../../components/CopyButton';
import { Loading } from '../../components/Loading';
import { Panel } from '../../components/Page';
import { TroubleAlert } from '../../components/TroubleAlert';

function byKind(items: Manifest[], search: string): [string, Manifest[]][] {
  const wanted = search.trim().toLowerCase();
  const kinds = new Map<string, Manifest[]>();
  for (const item of items) {
    if (wanted && !`${item.kind} ${item.name}`.toLowerCase().includes(wanted)) continue;
    kinds.set(item.kind, [...(kinds.get(item.kind) ?? []), item]);
  }
  return [...kinds].sort(([a], [b]) => a.localeCompare(b));
}

interface ManifestViewProps {
  of: Metadata; // the restore point
  item: Manifest;
  onClose: () => void;
}

function ManifestView({ of: { namespace = '', name }, item, onClose }: ManifestViewProps) {
  const { t } = useTranslation();
  const { data, error } = useFetch(`${namespace}/${name} ${item.path}`, (signal) =>
    getManifest(namespace, name, { path: item.path }, signal),
  );
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={`${item.kind} ${item.name}`}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {error && <TroubleAlert trouble={error} />}
      {!data && !error && <Loading />}
      {data && (
        <>
          <pre className="code" tabIndex={0} aria-label={`${item.kind} ${item.name}`} data-testid="manifest">
            {data}
          </pre>
          <Group justify="flex-end" mt="md">
            <CopyButton text={data} label={t('manifest.copy')} variant="default" />
          </Group>
        </>
      )}
    </Modal>
  );
}

// Every object of a restore point, by kind; one is shown as YAML.
export function Manifests({ point }: { point: RestorePoint }) {
  const { t } = useTranslation();
  const { namespace = '', name } = point.metadata;
  const { data, error } = useFetch(`${namespace}/${name}`, (signal) => listManifests(namespace, name, signal));
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState<Manifest>();
  const kinds = useMemo(() => byKind(data?.items ?? [], search), [data, search]);
  return (
    <Panel flush>
      <div className="panel-body">
        <TextInput
          type="search"
          aria-label={t('manifest.search')}
          placeholder={t('manifest.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      {error && (
        <div className="panel-body">
          <TroubleAlert trouble={error} />
        </div>
      )}
      {!data && !error && <Loading />}
      {data && kinds.length === 0 && (
        <Text size="sm" c="dimmed" className="panel-body">
          {t('applications.noMatch')}
        </Text>
      )}
      {kinds.map(([kind, items]) => (
        <section key={kind} className="kind" aria-label={kind}>
          <Text size="sm" c="dimmed" component="h2" fw={500}>
            {`${kind}\u00a0·\u00a0${items.length}`}
          </Text>
          <ul>
            {items.map((item) => (
              <li key={item.path}>
                <UnstyledButton
                  className="list-link"
                  onClick={() => setShown(item)}
                  data-testid={`manifest-${item.kind}-${item.name}`}
                >
                  {item.name}
                </UnstyledButton>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {shown && <ManifestView of={point.metadata} item={shown} onClose={() => setShown(undefined)} />}
    </Panel>
  );
}
