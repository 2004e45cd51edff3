import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useKnown } from '../../api/hooks';
import { matches, type ApplicationEntry, type ApplicationFilter } from '../../lib/applications';

const tiles: { filter: ApplicationFilter; tone: string }[] = [
  { filter: 'running', tone: 'good' },
  { filter: 'attention', tone: 'warn' },
  { filter: 'removed', tone: 'idle' },
  { filter: 'all', tone: 'idle' },
];

export function ApplicationTiles({ entries }: { entries: ApplicationEntry[] }) {
  const { t } = useTranslation();
  const known = useKnown('Application');
  return (
    <div className="tiles">
      {tiles.map(({ filter, tone }) => {
        const count = entries.filter((entry) => matches(entry, filter, '')).length;
        return (
          <Link key={filter} to={`/applications?show=${filter}`} className="tile panel" data-testid={`tile-${filter}`}>
            <span className={`tile-number number ${count > 0 ? `tone-${tone}` : ''}`}>{known ? count : '–'}</span>
            <span className="tile-label">{t(`overview.tile.${filter}`)}</span>
          </Link>
        );
      })}
    </div>
  );
}
