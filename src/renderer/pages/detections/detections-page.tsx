export default function DetectionsPage() {
  return null;
}
