// As much of UnityEngine as the example uses, with the signatures of Unity's scripting reference.
using System;

namespace UnityEngine
{
    [AttributeUsage(AttributeTargets.Field)]
    public sealed class TooltipAttribute : Attribute { public TooltipAttribute(string tooltip) { } }

    public class Object { }
    public class Component : Object
    {
        public GameObject gameObject { get { return null; } }
        public Transform transform { get { return null; } }
    }
    public class Behaviour : Component { public bool enabled { get; set; } }
    public class MonoBehaviour : Behaviour { }
    public class Transform : Component { public void SetParent(Transform parent, bool worldPositionStays) { } }
    public sealed class GameObject : Object
    {
        public GameObject(string name) { }
        public T AddComponent<T>() where T : Component { return null; }
        public void SetActive(bool value) { }
    }
    public struct Vector3 { public Vector3(float x, float y, float z) { } }
    public struct Color { public static Color HSVToRGB(float h, float s, float v) { return new Color(); } }
    public class Shader : Object { public static Shader Find(string name) { return null; } }
    public class Material : Object { public Material(Shader shader) { } }
    public class Renderer : Component { public bool enabled { get; set; } public Material material { get; set; } }
    public sealed class LineRenderer : Renderer
    {
        public bool useWorldSpace { get; set; }
        public int positionCount { get; set; }
        public float startWidth { get; set; }
        public float endWidth { get; set; }
        public Color startColor { get; set; }
        public Color endColor { get; set; }
        public void SetPosition(int index, Vector3 position) { }
    }
    public static class Debug
    {
        public static void Log(object message) { }
        public static void LogWarning(object message) { }
    }
}
