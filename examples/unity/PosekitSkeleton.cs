// One person as lines. PosekitReceiver makes as many as there are people, and uses them again.
using UnityEngine;

namespace Posekit
{
    public sealed class PosekitSkeleton : MonoBehaviour
    {
        private const float LeastScore = 0.2f;

        private LineRenderer[] _lines;

        public static PosekitSkeleton Create(Transform parent, float width)
        {
            var made = new GameObject("person").AddComponent<PosekitSkeleton>();
            made.transform.SetParent(parent, false);
            made.Build(width);
            return made;
        }

        private void Build(float width)
        {
            var material = new Material(Shader.Find("Sprites/Default"));
            _lines = new LineRenderer[Person.Bones.GetLength(0)];
            for (int bone = 0; bone < _lines.Length; bone++)
            {
                var line = new GameObject("bone").AddComponent<LineRenderer>();
                line.transform.SetParent(transform, false);
                line.useWorldSpace = false;
                line.positionCount = 2;
                line.startWidth = line.endWidth = width;
                line.material = material;
                _lines[bone] = line;
            }
        }

        /// <summary>height: of the picture, in units of the world; its middle is this object's parent's place.</summary>
        public void Show(Person person, float height)
        {
            Color colour = Color.HSVToRGB(person.Slot * 0.618f % 1f, 0.7f, 1f);
            for (int bone = 0; bone < _lines.Length; bone++)
            {
                int from = Person.Bones[bone, 0], to = Person.Bones[bone, 1];
                LineRenderer line = _lines[bone];
                line.enabled = person.Scores[from] >= LeastScore && person.Scores[to] >= LeastScore;
                line.startColor = line.endColor = colour;
                line.SetPosition(0, new Vector3(person.X[from] * height, person.Y[from] * height, 0f));
                line.SetPosition(1, new Vector3(person.X[to] * height, person.Y[to] * height, 0f));
            }
        }
    }
}
