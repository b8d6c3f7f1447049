// Receives posekit in Unity. Put it on an empty object: it shows a skeleton for everyone, and tells of events.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using UnityEngine;

namespace Posekit
{
    public sealed class PosekitReceiver : MonoBehaviour
    {
        [Tooltip("As in: posekit run --preset unity --osc 127.0.0.1:9000")]
        public int port = 9000;
        [Tooltip("The height of the picture, in units of the world.")]
        public float height = 2f;
        public float lineWidth = 0.03f;
        public bool logEvents = true;

        /// <summary>Called in Update for each event: its kind, and its message with slot, id and the kind's own fields.</summary>
        public event Action<PosekitEvent> Happened;

        /// <summary>Who is there, by slot.</summary>
        public IDictionary<int, Person> People { get { return _scene.People; } }

        private readonly PosekitScene _scene = new PosekitScene();
        private readonly ConcurrentQueue<byte[]> _datagrams = new ConcurrentQueue<byte[]>();
        private readonly Dictionary<int, PosekitSkeleton> _skeletons = new Dictionary<int, PosekitSkeleton>();
        private readonly Stack<PosekitSkeleton> _pool = new Stack<PosekitSkeleton>();
        private UdpClient _client;
        private Thread _thread;

        private void OnEnable()
        {
            _client = new UdpClient(port);
            _thread = new Thread(Receive) { IsBackground = true, Name = "posekit" };
            _thread.Start(_client);
        }

        private void OnDisable()
        {
            if (_client != null) _client.Close();
            if (_thread != null) _thread.Join(500);
            _client = null;
        }

        private void Receive(object client)
        {
            System.Net.IPEndPoint sender = null;
            while (true)
            {
                try
                {
                    _datagrams.Enqueue(((UdpClient)client).Receive(ref sender));
                }
                catch (ObjectDisposedException)
                {
                    return;
                }
                catch (SocketException error)
                {
                    // Windows complains so of a receiver that somebody else has lost; anything else means that we closed.
                    if (error.SocketErrorCode != SocketError.ConnectionReset) return;
                }
            }
        }

        private void Update()
        {
            byte[] datagram;
            while (_datagrams.TryDequeue(out datagram))
            {
                try
                {
                    _scene.Take(datagram, datagram.Length);
                }
                catch (FormatException error)
                {
                    Debug.LogWarning("posekit: a datagram is no OSC: " + error.Message);
                }
            }
            Show();
            while (_scene.Events.Count > 0)
            {
                PosekitEvent told = _scene.Events.Dequeue();
                if (logEvents) Debug.Log("posekit: " + told.Kind + " " + string.Join(" ", told.Message.Arguments));
                if (Happened != null) Happened(told);
            }
        }

        private void Show()
        {
            foreach (int slot in new List<int>(_skeletons.Keys))
            {
                if (_scene.People.ContainsKey(slot)) continue;
                _skeletons[slot].gameObject.SetActive(false);
                _pool.Push(_skeletons[slot]);
                _skeletons.Remove(slot);
            }
            foreach (Person person in _scene.People.Values)
            {
                PosekitSkeleton skeleton;
                if (!_skeletons.TryGetValue(person.Slot, out skeleton))
                {
                    skeleton = _pool.Count > 0 ? _pool.Pop() : PosekitSkeleton.Create(transform, lineWidth);
                    skeleton.gameObject.SetActive(true);
                    _skeletons[person.Slot] = skeleton;
                }
                skeleton.Show(person, height);
            }
        }
    }
}
