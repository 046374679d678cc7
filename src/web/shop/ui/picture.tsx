import { useState } from 'react'
import type { Look } from '../api/wire.ts'
import { placeholder } from '../logic/placeholder.ts'

type Props = { readonly name: string; readonly look: Look | undefined }

/** The product's picture, or a drawn one where it has none or it does not load. The name stands beside it. */
export function Picture({ name, look }: Props) {
  const [failed, setFailed] = useState<string | null>(null)
  const url = look?.image_url
  if (url !== undefined && url !== failed) {
    return <img className="picture" src={url} alt="" loading="lazy" onError={() => setFailed(url)} />
  }
  const { initials, hue, turn } = placeholder(name, look?.category ?? '')
  return (
    <svg className="picture" viewBox="0 0 160 120" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
      <rect width="160" height="120" fill={`hsl(${hue} 32% 88%)`} />
      <g transform={`rotate(${turn} 80 60)`} fill={`hsl(${hue} 34% 79%)`}>
        <circle cx="34" cy="30" r="46" />
        <rect x="86" y="58" width="90" height="90" rx="18" />
      </g>
      <text x="80" y="74" textAnchor="middle" fill={`hsl(${hue} 45% 26%)`}>
        {initials}
      </text>
    </svg>
  )
}
