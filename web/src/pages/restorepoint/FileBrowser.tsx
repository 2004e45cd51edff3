import { ActionIcon, Anchor, Breadcrumbs, Group, Text, UnstyledButton } from '@mantine/core';
import { IconDownload, IconFile, IconFolder, IconLink, IconPlugConnected } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { download, listFiles } from '../../api/generated/operations';
import { useFetch } from '../../api/hooks';
import type { FileEntry, RestorePoint } from '../../api/types';
import { DataTable, type Column } from '../../components/DataTable';
import { Loading } from '../../components/Loading';
import { TroubleAlert } from '../../components/TroubleAlert';
import { formatBytes, formatTime } from '../../lib/format';

const icons = { file: IconFile, directory: IconFolder, link: IconLink, other: IconPlugConnected };
const join = (folder: string, name: string) => `${folder === '/' ? '' : folder}/${name}`;

// Directories first, each by name.
function sorted(entries: FileEntry[]): FileEntry[] {
  return [...entries].sort(
    (a, b) => Number(b.type === 'directory') - Number(a.type === 'directory') || a.name.localeCompare(b.name),
  );
}

export function FileBrowser({ point, volume }: { point: RestorePoint; volume: string }) {
  const { t, i18n } = useTranslation();
  const [folder, setFolder] = useState('/');
  const { namespace = '', name: pointName } = point.metadata;
  const { data, error } = useFetch(`${namespace}/${pointName} ${volume} ${folder}`, (signal) =>
    listFiles(namespace, pointName, { volume, path: folder }, signal),
  );
  const parts = folder.split('/').filter(Boolean);

  const columns: Column<FileEntry>[] = [
    {
      key: 'name',
      label: t('common.name'),
      narrow: 'lead',
      render: ({ name, type, target }) => {
        const Icon = icons[type];
        return (
          <span className="with-icon">
            <Icon size={18} stroke={1.6} aria-label={t(`file.${type}`)} />
            {type === 'directory' ? (
              <UnstyledButton className="list-link" onClick={() => setFolder(join(folder, name))}>
                {name}
              </UnstyledButton>
            ) : (
              <span className="wrap">
                {name}
                {target && <Text span size="sm" c="dimmed">{` → ${target}`}</Text>}
              </span>
            )}
          </span>
        );
      },
    },
    {
      key: 'size',
      label: t('point.size'),
      render: ({ type, bytes }) => (type === 'file' ? <span className="number">{formatBytes(bytes)}</span> : null),
    },
    { key: 'mode', label: t('file.mode'), narrow: 'wide', render: ({ mode }) => <span className="mono">{mode}</span> },
    {
      key: 'time',
      label: t('file.modified'),
      render: ({ modifiedAt }) => <span className="number">{formatTime(modifiedAt, i18n.language)}</span>,
    },
    {
      key: 'download',
      label: t('file.download'),
      hideLabel: true,
      end: true,
      render: ({ name, type }) =>
        type === 'file' || type === 'directory' ? (
          <ActionIcon
            component="a"
            href={download(namespace, pointName, { volume, path: join(folder, name) })}
            download
            variant="subtle"
            aria-label={t(type === 'directory' ? 'file.downloadTar' : 'file.downloadOne', { name })}
            data-testid={`download-${name}`}
          >
            <IconDownload size={18} aria-hidden />
          </ActionIcon>
        ) : null,
    },
  ];

  return (
    <div data-testid="files">
      <Group className="panel-body" pb={6}>
        <Breadcrumbs separatorMargin={6} style={{ flexWrap: 'wrap' }}>
          {['', ...parts].map((part, index) => (
            <Anchor
              key={index}
              component="button"
              type="button"
              size="sm"
              aria-current={index === parts.length ? 'location' : undefined}
              onClick={() => setFolder(`/${parts.slice(0, index).join('/')}`)}
            >
              {part || volume}
            </Anchor>
          ))}
        </Breadcrumbs>
      </Group>
      {error && (
        <div className="panel-body">
          <TroubleAlert trouble={error} />
        </div>
      )}
      {!data && !error && <Loading />}
      {data && data.entries.length === 0 && (
        <Text size="sm" c="dimmed" className="panel-body">
          {t('file.empty')}
        </Text>
      )}
      {data && data.entries.length > 0 && (
        <DataTable label={t('file.list')} columns={columns} rows={sorted(data.entries)} rowKey={({ name }) => name} />
      )}
      {data?.truncated && (
        <Text size="sm" c="dimmed" className="panel-body">
          {t('file.truncated')}
        </Text>
      )}
    </div>
  );
}
